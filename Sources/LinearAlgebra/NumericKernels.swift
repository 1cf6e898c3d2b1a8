/// What turns formulas into bits in this process: the library and the instructions that products and loops use.
package enum NumericKernels {
  /// In one line, such as "OpenBLAS 0.3.21 Haswell, AVX2": with equal texts, and the same C library, equal bits.
  package static var description: String {
    "OpenBLAS \(BLASRuntime.version) \(BLASRuntime.kernelName), \(VectorInstructions.current)"
  }
}
