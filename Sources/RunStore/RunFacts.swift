import Tables

/// What a run's files say about its data.
package struct RunFacts: Sendable, Equatable {
  /// The data, as far as a model needs to know them.
  package var data: DataDescription
  /// Steps of an epoch.
  package var stepsPerEpoch: Int

  /// How the selectors' start was decided, as JSON; nil where nothing was tried.
  package var start: String?

  /// Collects the facts.
  package init(data: DataDescription, stepsPerEpoch: Int, start: String? = nil) {
    self.data = data
    self.stepsPerEpoch = stepsPerEpoch
    self.start = start
  }
}
