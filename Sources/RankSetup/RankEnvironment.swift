import Communication
import Foundation
import LinearAlgebra

/// How this rank computes, brought to agreement over the ranks once for every command: vector instructions, one thread in
/// OpenBLAS's products, whose order of additions must not depend on the machine, and that all ranks have the same program
/// and kernels.
package struct RankEnvironment: Sendable {
  /// Where all ranks are, in rank order; on rank 0 alone.
  package let places: [RankPlace]
  /// What is wrong with how they lie on cores, or with the kernels; on rank 0 alone.
  package let notes: [String]

  /// Sets this rank up for work in which `usefulRanks` ranks take part at the most, where that is known; every rank must call.
  ///
  /// Throws `VectorInstructionsError`, or `DisagreementError` that names what ranks differ in.
  package init(
    usefulRanks: Int? = nil, programVersion: String, communicator: any Communicator
  ) throws {
    try MachineAgreement.chooseVectorInstructions(communicator)
    try communicator.requireEqual(
      MachineAgreement.fields(programVersion: programVersion)
        + (communicator.size > 1 ? ProgramFiles.fields() : []))
    BLASRuntime.threadCount = 1
    places = try RankPlace.gather(communicator) ?? []
    // Who starts workers says how many.
    let isLaunched = LaunchEnvironment(ProcessInfo.processInfo.environment).launcher != nil
    notes =
      PlacementAdvice.lines(for: places, usefulRanks: isLaunched ? usefulRanks : nil)
      + (communicator.isRoot ? [KernelAdvice.ofProcess()].compactMap(\.self) : [])
  }

  /// The ranks by node, and the kernels, in a line.
  package var summary: String {
    let hosts = Dictionary(grouping: places, by: \.host).sorted { $0.key < $1.key }
    func count(_ number: Int, _ thing: String) -> String { "\(number) \(thing)\(number == 1 ? "" : "s")" }
    let nodes = hosts.map { host, ranks in "\(host): \(count(ranks.count, "rank"))" }
    return "\(count(places.count, "rank")) on \(count(hosts.count, "node")), \(NumericKernels.description); "
      + nodes.joined(separator: "; ")
  }
}
