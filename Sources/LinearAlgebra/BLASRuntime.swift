import COpenBLAS

/// The OpenBLAS library this process runs on.
public enum BLASRuntime {
  /// The name of the kernel set OpenBLAS chose for this processor, for example "SkylakeX".
  public static var kernelName: String { String(cString: openblas_get_corename()) }

  /// Threads a product may use in this process.
  public static var threadCount: Int {
    get { Int(openblas_get_num_threads()) }
    set { openblas_set_num_threads(Int32(newValue)) }
  }
}
