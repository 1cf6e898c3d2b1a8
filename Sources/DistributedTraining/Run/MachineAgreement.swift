import LinearAlgebra

/// What the ranks' machines and programs must have in common for their numbers to be the same.
public enum MachineAgreement {
  /// Names and values to be compared by `Communicator.requireEqual`.
  public static func fields(programVersion: String) -> [(name: String, value: String)] {
    [
      ("program version", programVersion),
      ("byte order", 1.littleEndian == 1 ? "little endian" : "big endian"),
      ("OpenBLAS version", BLASRuntime.version),
      ("OpenBLAS kernels (OPENBLAS_CORETYPE chooses others)", BLASRuntime.kernelName),
    ]
  }
}
