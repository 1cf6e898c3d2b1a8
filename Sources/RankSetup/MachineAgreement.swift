import Communication
import Foundation
import LinearAlgebra

/// What the ranks' machines and programs must have in common for their numbers to be the same.
package enum MachineAgreement {
  /// Makes all ranks use the best vector instructions that all of them have, or those that the environment names;
  /// every rank must call.
  ///
  /// Ranks that round differently would drift apart. Throws `VectorInstructionsError`.
  package static func chooseVectorInstructions(_ communicator: any Communicator) throws {
    let wanted = try communicator.agree(phase: "choosing vector instructions") {
      try VectorInstructions.fromEnvironment(ProcessInfo.processInfo.environment) ?? .best
    }
    let common = try communicator.allReduce(Int64(wanted.rawValue), .min)
    guard let instructions = VectorInstructions(rawValue: Int(common)) else {
      preconditionFailure("a level that a rank named")
    }
    try VectorInstructions.use(instructions)
  }

  /// Names and values to be compared by `Communicator.requireEqual`.
  package static func fields(programVersion: String) -> [(name: String, value: String)] {
    [
      ("program version", programVersion),
      ("byte order", 1.littleEndian == 1 ? "little endian" : "big endian"),
      ("OpenBLAS version", BLASRuntime.version),
      ("OpenBLAS kernels (OPENBLAS_CORETYPE chooses others)", BLASRuntime.kernelName),
    ]
  }
}
