/// What the first steps of a run come to on one number of ranks.
package struct WorldCheckOutcome: Codable, Sendable, Equatable {
  /// Ranks.
  package var ranks: Int
  /// Nodes they are on.
  package var nodes: Int
  /// Whether ranks of a node share one copy of the training state.
  package var sharesMemory: Bool
  /// Steps done.
  package var steps: Int
  /// SHA-256 of parameters, both moments, the loss of every step and the validation loss.
  package var hash: String
  /// The mean loss of the last step's batch.
  package var loss: Double
  /// The loss over the validation rows after the last step, if there are any.
  package var validationLoss: Double?
}
