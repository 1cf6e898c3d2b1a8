import Communication
import Foundation
import LinearAlgebra
import RunSettings

/// How many OpenBLAS threads a rank uses: an explicit setting, else its share of the cores it may run on.
package struct ThreadPlan: Sendable, Equatable {
  /// Threads to use.
  package let threads: Int
  /// Operations of a rank's step below which a second thread is not worth its wake-ups, and costs much on a busy machine.
  private static let smallStep = 3e7
  /// Whether it is meant so, even where cores lie idle: the user set it, or the model is too small for more.
  package let isChosen: Bool
  /// Where the number comes from, for the user.
  package let reason: String

  /// Decides from an explicit number (0: none), the environment, and the cores of the node.
  ///
  /// - Parameters:
  ///   - isExact: whether every bit counts, so that the order of additions must be that of one thread.
  ///   - isSmall: whether a step's products are over before threads have met: then there is one, unless the user says.
  ///   - cores: what this process may run on.
  ///   - sharingRanks: ranks of the node with the same affinity mask, which share its cores.
  ///   - nodeRanks: ranks of the node, which share its processor quota.
  package init(
    explicit: Int, isExact: Bool = false, isSmall: Bool = false, environment: [String: String],
    cores: AvailableCores,
    sharingRanks: Int, nodeRanks: Int
  ) {
    if isExact {
      threads = 1
      isChosen = false
      reason = "--reduction exact"
      return
    }
    if explicit > 0 {
      threads = explicit
      isChosen = true
      reason = "--threads"
      return
    }
    for name in ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"] {
      if let count = environment[name].flatMap({ Int32($0) }), count > 0 {
        threads = Int(count)
        isChosen = true
        // A process with workers has set it itself.
        reason = environment["CAE_WORKERS"] == nil ? name : "workers"
        return
      }
    }
    isChosen = isSmall
    if isSmall {
      threads = 1
      reason = "a small model"
      return
    }
    let share = cores.count / max(1, sharingRanks)
    if let quota = cores.quota, Int(quota) / max(1, nodeRanks) < share {
      threads = max(1, Int(quota) / max(1, nodeRanks))
      reason = "processor quota and ranks of the node"
    } else {
      threads = max(1, share)
      reason = sharingRanks > 1 ? "cores and the ranks that share them" : "cores of the rank"
    }
  }

  /// Decides for this rank from the settings, the process's environment and the ranks of its node; one thread where
  /// every bit counts, or where a step takes no more than `smallStep` operations. Every rank must call.
  package init(
    _ training: TrainingConfiguration, operations: Double? = nil, communicator: any Communicator
  ) throws {
    let cores = AvailableCores.ofProcess()
    let place = "\(communicator.hostName) \(cores.mask)"
    let places = try communicator.gatherStrings(place) ?? []
    let all = try communicator.broadcast(places.joined(separator: "\n"))
    self.init(
      explicit: training.threads, isExact: training.reductionMode == .exact,
      isSmall: operations.map { $0 / Double(communicator.size) < Self.smallStep } ?? false,
      environment: ProcessInfo.processInfo.environment, cores: cores,
      sharingRanks: all.split(separator: "\n").count { $0 == place }, nodeRanks: communicator.nodeSize)
  }

  /// Tells OpenBLAS.
  package func apply() { BLASRuntime.threadCount = threads }
}
