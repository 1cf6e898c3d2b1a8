import Communication
import ConcreteAutoencoder
import LinearAlgebra

/// Finds out which ranks are at fault when a step cannot be made. Collective: the sums that told of it are the same on
/// every rank.
extension TrainingStep {
  /// Names the ranks whose part of the rows has such numbers, or else those whose gradient has them; every rank must call.
  /// Where ranks divide features the first is the rank that has the feature, and the second can be all of a node.
  func nonFinite(
    step: Int, temperature: Double, _ selection: StepSelection<Float>, _ batch: Range<Int>
  ) throws -> TrainingFailure {
    let hasFiniteRows = rowsAreFinite(batch)
    // The sum has overwritten this rank's own part, so it is worked out again.
    let loss = try differentiate(selection, batch)
    var faults = [Int64](repeating: 0, count: communicator.size)
    faults[communicator.rank] = !hasFiniteRows ? 2 : !loss.isFinite || !exchange.isGradientFinite ? 1 : 0
    try communicator.allReduce(&faults, .max)
    let worst = max(1, faults.max() ?? 1)
    return .nonFinite(
      step: step, ranks: faults.indices.filter { faults[$0] == worst }, temperature: temperature)
  }

  /// Names the rank whose gradient was worked out again and the one that got another; every rank must call.
  func wrongGradient(_ subject: SpotCheck.Subject, step: Int) throws -> TrainingFailure {
    let place = memory.topology.place
    var ranks = [Int64(-1), Int64(-1)]
    if place == subject.place { ranks[0] = Int64(communicator.rank) }
    if place == subject.checker { ranks[1] = Int64(communicator.rank) }
    try communicator.allReduce(&ranks, .max)
    return .wrongGradient(
      step: step, rank: Int(ranks[0]), checker: Int(ranks[1]), microBatch: subject.microBatch)
  }

  /// Throws `TrainingFailure.desynchronized` unless all ranks hold the same parameters; every rank must call.
  func requireAgreement() throws {
    let digest = state.model.parameters.digest
    // The maxima of a word and of its complement are complements only if the words are all equal.
    var words = [digest, ~digest]
    try communicator.allReduce(&words, .max)
    if words[0] != ~words[1] { throw try desynchronization(step: state.step) }
  }

  /// Says which ranks hold the same parameters; every rank must call.
  func desynchronization(step: Int) throws -> TrainingFailure {
    var digests = [UInt64](repeating: 0, count: communicator.size)
    digests[communicator.rank] = state.model.parameters.digest
    try communicator.allReduce(&digests, .max)
    let groups = Dictionary(grouping: digests.indices) { digests[$0] }
    let text = groups.values.sorted { $0[0] < $1[0] }.map { ranks in
      "rank \(ranks.map(String.init).joined(separator: ", ")): \(String(digests[ranks[0]], radix: 16))"
    }
    return .desynchronized(step: step, digests: text.joined(separator: "; "))
  }
}
