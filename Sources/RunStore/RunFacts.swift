import Tables

/// What a run's files say about its data.
public struct RunFacts: Sendable, Equatable {
  /// The data, as far as a model needs to know them.
  package var data: DataDescription
  /// Steps of an epoch.
  public var stepsPerEpoch: Int

  /// Collects the facts.
  package init(data: DataDescription, stepsPerEpoch: Int) {
    self.data = data
    self.stepsPerEpoch = stepsPerEpoch
  }
}
