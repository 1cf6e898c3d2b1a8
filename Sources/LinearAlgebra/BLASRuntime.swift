import COpenBLAS
import Foundation

/// The OpenBLAS library this process runs on.
package enum BLASRuntime {
  /// The name of the kernel set OpenBLAS chose for this processor, for example "SkylakeX".
  package static var kernelName: String { String(cString: openblas_get_corename()) }

  /// Whether the kernel set has kernels for small products that work on matrices where they lie, for operands that need
  /// not be packed into buffers first.
  package static let hasSmallProducts = ["SkylakeX", "Cooperlake", "SapphireRapids"].contains {
    $0 == kernelName
  }

  /// The library's version, for example "0.3.21"; empty where it does not tell.
  package static var version: String {
    // "OpenBLAS 0.3.21 DYNAMIC_ARCH ...": what follows differs with the processor.
    let words = String(cString: openblas_get_config()).split(separator: " ")
    return words.count > 1 ? String(words[1]) : ""
  }

  /// Whether the library has kernels for many processors, of which it chose some.
  package static let isDynamic = String(cString: openblas_get_config()).contains("DYNAMIC_ARCH")

  /// Makes sure that so many threads can multiply: OpenBLAS asks for each one's buffer for ever where there is no room.
  ///
  /// Throws `AddressSpaceError`.
  package static func requireRoom(threads: Int) throws {
    let bytes = threads * bufferBytes + spareBytes
    // Nothing of it is touched, so this takes no memory.
    let start = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let start, start != MAP_FAILED else { throw AddressSpaceError(bytes: bytes, threads: threads) }
    munmap(start, bytes)
  }

  /// OpenBLAS's buffer of a thread on the processors that have the largest, and what else a command needs at the least.
  private static let (bufferBytes, spareBytes) = (128 << 20, 64 << 20)

  /// Threads a product may use in this process.
  package static var threadCount: Int {
    get { Int(openblas_get_num_threads()) }
    set { openblas_set_num_threads(Int32(newValue)) }
  }
}
