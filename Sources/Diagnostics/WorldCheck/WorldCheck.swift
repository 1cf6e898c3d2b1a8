import AtomicFile
import Communication
import ConcreteAutoencoder
import DistributedTraining
import FeatureSelection
import Foundation
import LinearAlgebra
import RankSetup
import RunSettings

/// Trains the first steps of a run on several numbers of the job's ranks, and compares what comes out bit by bit.
package struct WorldCheck {
  private let configuration: RunConfiguration
  private let steps: Int
  private let dataHash: String?
  private let communicator: any Communicator

  /// Will train `steps` steps, or as many as the run has, from the start. `dataHash`, where rank 0 knows it, is that of
  /// the data the run was made with.
  package init(
    configuration: RunConfiguration, dataHash: String?, steps: Int, communicator: any Communicator
  ) {
    self.dataHash = dataHash
    var configuration = configuration
    configuration.output.snapshotEpochs = []
    self.configuration = configuration
    self.steps = steps
    self.communicator = communicator
  }

  /// The numbers of ranks tried where none are given: all up to 4, then doubled, and all ranks of the job.
  package static func defaultRankCounts(size: Int) -> [Int] {
    var counts = Array(1...min(4, size))
    while let last = counts.last, last < size { counts.append(min(2 * last, size)) }
    return counts
  }

  /// Trains with each number of ranks, where a node has several once with shared memory and once with copies; every
  /// rank must call. Rank 0 is told of each outcome as it comes, and receives all; the others get none.
  ///
  /// Throws what training throws.
  package func run(rankCounts: [Int], onOutcome: (WorldCheckOutcome) -> Void) throws -> [WorldCheckOutcome] {
    try validate(rankCounts)
    var resolved = configuration
    let input = try TrainingInput(&resolved, communicator: communicator)
    try communicator.agree(phase: "looking at the data") {
      if let dataHash, dataHash != input.description.contentHash {
        throw ConfigurationError(
          option: "data",
          problem: "\(configuration.data.path) holds other data than the run was made with")
      }
    }
    let given = try communicator.agree(phase: "reading the features to start from") {
      communicator.isRoot ? try input.givenFeatures(configuration) : []
    }
    var outcomes: [WorldCheckOutcome] = []
    for ranks in rankCounts {
      let isMember = communicator.rank < ranks
      let group = try communicator.split(color: isMember ? 0 : 1, key: communicator.rank)
      for sharesMemory in isMember ? [true, false] : [] {
        let outcome = try train(group, input: input, given: given, sharesMemory: sharesMemory)
        if group.isRoot {
          onOutcome(outcome)
          outcomes.append(outcome)
        }
        // Nothing was shared, so copies would be the same once more.
        if !outcome.sharesMemory { break }
      }
      try group.finalize()
    }
    return outcomes
  }

  /// Throws `ConfigurationError` for a number of ranks that the job does not have, or that is named twice.
  package func validate(_ rankCounts: [Int]) throws {
    if let again = rankCounts.indices.first(where: { rankCounts[..<$0].contains(rankCounts[$0]) }) {
      throw ConfigurationError(option: "ranks", problem: "\(rankCounts[again]) is named twice")
    }
    if let bad = rankCounts.first(where: { !(1...communicator.size).contains($0) }) {
      throw ConfigurationError(
        option: "ranks",
        problem: bad < 1
          ? "\(bad) is not at least 1"
          : "\(bad) ranks, but the job has \(communicator.size): start it with `mpirun -n \(bad)`")
    }
  }

  /// What one group comes to, told by its rank 0.
  private func train(
    _ group: any Communicator, input: TrainingInput, given: [Int], sharesMemory: Bool
  ) throws -> WorldCheckOutcome {
    var configuration = configuration
    configuration.training.shareMemory = sharesMemory
    let memory = try TrainingMemory.start(
      loaded: nil, given: given, input: input, configuration: configuration, communicator: group)
    let watchdog = try Watchdog(limit: configuration.output.stallTimeout, communicator: group)
    defer { watchdog.stop() }
    let trail = LossTrail()
    let trainer = try Trainer(
      configuration: configuration, communicator: group, dataset: input.dataset, memory: memory,
      recorder: nil, observer: group.isRoot ? trail : nil, watchdog: watchdog,
      log: .silent)
    _ = try trainer.run(to: steps)
    let validated = try trainer.validation.evaluate(group)
    let nodes = try group.allReduce(Int64(group.nodeRank == 0 ? 1 : 0), .sum)
    var hash = ContentHash()
    for (_, buffer) in memory.state.buffers { hash.update(UnsafeRawBufferPointer(buffer.bytes)) }
    trail.losses.withUnsafeBytes { hash.update($0) }
    var validationLoss = validated?.mean ?? 0
    withUnsafeBytes(of: &validationLoss) { hash.update($0) }
    let outcome = WorldCheckOutcome(
      ranks: group.size, nodes: Int(nodes), sharesMemory: memory.topology.sharesMemory,
      steps: memory.state.step,
      hash: hash.text, loss: trail.losses.last ?? 0, validationLoss: validated?.mean)
    // Not on an error: others may be elsewhere then, and would not come.
    try memory.free()
    return outcome
  }
}
