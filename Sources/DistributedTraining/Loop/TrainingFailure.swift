/// A run that cannot go on; the last checkpoint is intact.
public enum TrainingFailure: Error, Sendable, CustomStringConvertible {
  /// A loss or gradient is NaN or infinite; the update was not made.
  case nonFinite(step: Int, ranks: [Int], temperature: Double)
  /// Ranks hold different parameters.
  case desynchronized(step: Int, digests: String)
  /// Two ranks got different gradients of the same rows; the update was not made.
  case wrongGradient(step: Int, rank: Int, checker: Int, microBatch: Int)
  /// The copy of the parameters that ranks of a node share is not what they wrote; the rank that noticed throws it.
  case corrupted(step: Int, share: Int, of: Int)

  /// Whether every rank throws it.
  package var isEveryRanks: Bool {
    if case .corrupted = self { false } else { true }
  }

  /// The text shown to the user.
  public var description: String {
    switch self {
    case .nonFinite(let step, let ranks, let temperature):
      let place =
        ranks.isEmpty ? "in the sum over ranks" : "on rank \(ranks.map(String.init).joined(separator: ", "))"
      return "loss or gradient is not finite at step \(step) (\(place), temperature \(temperature)); the "
        + "parameters were left as they were. Lower --learning-rate or --selector-learning-rate, or raise "
        + "--temperature-end"
    case .corrupted(let step, let share, let count):
      return
        "share \(share + 1) of \(count) of the parameters has changed in memory since step \(step) wrote it: faulty "
        + "memory, or another program that writes there; nothing was saved since. Resume on another node with --resume"
    case .wrongGradient(let step, let rank, let checker, let microBatch):
      return
        "ranks \(rank) and \(checker) work out different gradients of the same rows at step \(step) (micro-batch "
        + "\(microBatch)): the processor, memory or a library of one is faulty, perhaps for some steps; nothing was saved since "
        + "this one. Resume on other nodes with --resume, or start again"
    case .desynchronized(let step, let digests):
      return
        "ranks hold different parameters at step \(step) (\(digests)): a faulty node or library; nothing "
        + "was saved since. Resume on other nodes with --resume"
    }
  }
}
