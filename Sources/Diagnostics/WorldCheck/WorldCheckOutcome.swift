/// What the first steps of a run come to on one number of ranks.
public struct WorldCheckOutcome: Codable, Sendable, Equatable {
  /// Ranks.
  public var ranks: Int
  /// Nodes they are on.
  public var nodes: Int
  /// Whether ranks of a node share one copy of the training state.
  public var sharesMemory: Bool
  /// Steps done.
  public var steps: Int
  /// SHA-256 of parameters, both moments, the loss of every step and the validation loss.
  public var hash: String
  /// The mean loss of the last step's batch.
  public var loss: Double
  /// The loss over the validation rows after the last step, if there are any.
  public var validationLoss: Double?
}
