import AtomicFile
import Communication
import LinearAlgebra
import RunSettings

/// How this rank computes, brought to agreement over the ranks once for every command: vector instructions, OpenBLAS
/// threads, and that all ranks have the same program and kernels.
package struct RankEnvironment: Sendable {
  /// The threads of this rank.
  package let threads: ThreadPlan
  /// Where all ranks are, in rank order; on rank 0 alone.
  package let places: [RankPlace]
  /// What is wrong with how they lie on cores, or with the kernels; on rank 0 alone.
  package let notes: [String]

  /// Sets this rank up for steps of so many `operations`, where these are known; every rank must call.
  ///
  /// Throws `VectorInstructionsError`, or `DisagreementError` that names what ranks differ in, `SystemThread.Refusal` or `AddressSpaceError`.
  package init(
    _ training: TrainingConfiguration, operations: Double? = nil, programVersion: String,
    communicator: any Communicator
  ) throws {
    try MachineAgreement.chooseVectorInstructions(communicator)
    try communicator.requireEqual(
      MachineAgreement.fields(programVersion: programVersion)
        + (communicator.size > 1 ? ProgramFiles.fields() : []))
    threads = try ThreadPlan(training, operations: operations, communicator: communicator)
    // OpenBLAS waits for ever for threads that were not started.
    let needed = threads.threads - 1
    let all = threads.threads
    try communicator.agree(phase: "starting threads") {
      try SystemThread.require(needed)
      try BLASRuntime.requireRoom(threads: all)
    }
    threads.apply()
    places = try RankPlace.gather(threads, communicator: communicator) ?? []
    notes =
      PlacementAdvice.lines(for: places, singleThreadedRanks: training.reduction.usefulRanks)
      + (communicator.isRoot ? [KernelAdvice.ofProcess()].compactMap(\.self) : [])
  }

  /// The ranks by node with the threads of each, and the kernels, in a line.
  package var summary: String {
    let hosts = Dictionary(grouping: places, by: \.host).sorted { $0.key < $1.key }
    func count(_ number: Int, _ thing: String) -> String { "\(number) \(thing)\(number == 1 ? "" : "s")" }
    let nodes = hosts.map { host, ranks in
      "\(host): \(count(ranks.count, "rank")) x \(count(ranks[0].threads, "thread")) (\(ranks[0].reason))"
    }
    return "\(count(places.count, "rank")) on \(count(hosts.count, "node")), \(NumericKernels.description); "
      + nodes.joined(separator: "; ")
  }
}
