import Foundation
import LinearAlgebra

/// What is said where OpenBLAS makes less of the processor than could be had.
package enum KernelAdvice {
  /// Kernel sets by the instructions that they use; those of others use less.
  private static let kernels: [(instructions: VectorInstructions, names: [String])] = [
    (.avx512, ["SkylakeX", "Cooperlake", "SapphireRapids"]), (.avx2, ["Haswell", "Zen", "Excavator"]),
  ]

  /// What to do, in a line; nil where the kernels use the best instructions of the processor.
  ///
  /// - Parameters:
  ///   - kernel: the kernel set in use.
  ///   - best: the best instructions of the processor.
  ///   - chosen: what OPENBLAS_CORETYPE says.
  ///   - isDynamic: whether the library has kernels for many processors.
  package static func line(
    kernel: String, best: VectorInstructions, chosen: String?, isDynamic: Bool
  ) -> String? {
    let used = kernels.first { $0.names.contains(kernel) }?.instructions ?? .baseline
    guard used < best, let fitting = kernels.first(where: { $0.instructions == best })?.names[0] else {
      return nil
    }
    let remedy =
      if !isDynamic {
        "it was built for these alone: install one for many processors (on Debian libopenblas0-pthread)"
      } else if let chosen, !chosen.isEmpty {
        "OPENBLAS_CORETYPE=\(chosen) says so: unset it, or set it to \(fitting)"
      } else {
        "OPENBLAS_CORETYPE=\(fitting) chooses better ones, as a newer OpenBLAS may by itself"
      }
    return "OpenBLAS uses \(kernel) kernels on a processor with \(best); \(remedy) (compare with `cae bench`)"
  }

  /// The same of this process.
  package static func ofProcess() -> String? {
    line(
      kernel: BLASRuntime.kernelName, best: .best,
      chosen: ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"], isDynamic: BLASRuntime.isDynamic)
  }
}
