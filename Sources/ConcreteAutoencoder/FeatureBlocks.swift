import LinearAlgebra

/// The blocks that features are cut into, whoever works on them: sums over features are those of the blocks, added in their
/// order, so that they do not depend on how many workers divide them.
package struct FeatureBlocks: Sendable, Equatable {
  /// Where blocks begin, and where the last one ends.
  private let bounds: [Int]

  /// So many blocks of about equal width, that begin on cache lines where there are features enough.
  package init(featureCount: Int, count: Int) {
    precondition((1...max(1, featureCount)).contains(count), "a block has a feature")
    var unit = AlignedBuffer<Float>.aligned(1)
    while unit > 1 && featureCount < 32 * unit * count { unit /= 2 }
    let units = (featureCount + unit - 1) / unit
    bounds = (0...count).map { min(featureCount, units * $0 / count * unit) }
  }

  /// As many blocks as are usual; with `isWhole` one.
  ///
  /// Features below `leastDivided` are one block: then parameters and gradients are few enough to pass between workers, who
  /// divide rows.
  package init(featureCount: Int, isWhole: Bool) {
    var count = 1
    while !isWhole, featureCount >= Self.leastDivided, count < Self.most,
      featureCount >= 2 * count * Self.leastWidth
    {
      count *= 2
    }
    self.init(featureCount: featureCount, count: count)
  }

  /// Features from which on there are several blocks.
  package static let leastDivided = 4096
  private static let (leastWidth, most) = (2048, 16)

  /// How many there are.
  package var count: Int { bounds.count - 1 }

  /// Whether there are several, which workers divide; else they divide rows.
  package var areDivided: Bool { count > 1 }

  /// The features of a block.
  package subscript(block: Int) -> Range<Int> { bounds[block]..<bounds[block + 1] }

  /// The features of some blocks.
  package func features(of blocks: Range<Int>) -> Range<Int> {
    bounds[blocks.lowerBound]..<bounds[blocks.upperBound]
  }

  /// The blocks of one of several workers; none where there are more workers than blocks and it is left over.
  package func share(of worker: Int, among workers: Int) -> Range<Int> {
    count * worker / workers..<count * (worker + 1) / workers
  }
}
