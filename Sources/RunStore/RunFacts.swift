import Tables

/// What a run's files say about its data.
public struct RunFacts: Sendable, Equatable {
  /// SHA-256 of the training data.
  public var dataHash: String
  /// Steps of an epoch.
  public var stepsPerEpoch: Int
  /// How the features lie on an image, if they do.
  public var grid: FeatureGrid?

  /// Collects the facts.
  public init(dataHash: String, stepsPerEpoch: Int, grid: FeatureGrid?) {
    self.dataHash = dataHash
    self.stepsPerEpoch = stepsPerEpoch
    self.grid = grid
  }

  /// A grid as text, `28x28`.
  static func text(of grid: FeatureGrid) -> String { "\(grid.rows)x\(grid.columns)" }

  /// Reads a grid's text; nil if it is none that holds `count` features.
  static func grid(from text: String?, count: Int) -> FeatureGrid? {
    let sizes = text?.split(separator: "x").compactMap { Int($0) } ?? []
    guard sizes.count == 2, sizes.allSatisfy({ $0 > 0 }), sizes[0] * sizes[1] == count else { return nil }
    return FeatureGrid(rows: sizes[0], columns: sizes[1])
  }
}
