/// What turns formulas into bits in this process: the library and the instructions that products and loops use.
public enum NumericKernels {
  /// In one line, such as "OpenBLAS 0.3.21 Haswell, AVX2": with equal texts, and the same C library, equal bits.
  public static var description: String {
    "OpenBLAS \(BLASRuntime.version) \(BLASRuntime.kernelName), \(VectorInstructions.current)"
  }
}
