import Foundation
import LinearAlgebra

/// How many OpenBLAS threads a rank uses: an explicit setting, else its share of the cores it may run on.
public struct ThreadPlan: Sendable, Equatable {
  /// Cores this process may run on.
  public let availableCores: Int
  /// Threads to use.
  public let threads: Int
  /// Where the number comes from, for the user.
  public let reason: String

  /// Decides from an explicit number (0: none), the environment, the affinity mask and the ranks of this node.
  public init(
    explicit: Int, environment: [String: String], availableCores: Int, nodeCores: Int, nodeRanks: Int
  ) {
    self.availableCores = availableCores
    if explicit > 0 {
      threads = explicit
      reason = "--threads"
      return
    }
    for name in ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"] {
      if let count = environment[name].flatMap({ Int($0) }), count > 0 {
        threads = count
        reason = name
        return
      }
    }
    // A mask narrower than the node is this rank's own; the whole node is shared by its ranks.
    threads =
      availableCores < nodeCores ? availableCores : max(1, availableCores / max(1, nodeRanks))
    reason = "cores and ranks of the node"
  }

  /// Cores in this process's affinity mask.
  public static func coresInMask() -> Int {
    // Glibc hides sched_getaffinity from Swift; the kernel tells the same mask as hexadecimal digits.
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
    let bits = line?.dropFirst("Cpus_allowed:".count).reduce(0) {
      $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0)
    }
    return bits.flatMap { $0 > 0 ? $0 : nil } ?? ProcessInfo.processInfo.activeProcessorCount
  }

  /// Cores of this node.
  public static func coresOfNode() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Tells OpenBLAS.
  public func apply() { BLASRuntime.threadCount = threads }
}
