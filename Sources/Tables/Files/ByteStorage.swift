import AtomicFile
import CSignals
import Foundation

/// Read-only bytes, a mapped file or memory of its own, freed with the last reference.
final class ByteStorage: @unchecked Sendable {
  let base: UnsafeRawPointer
  let count: Int
  private let isMapped: Bool

  /// Maps `count` bytes of an open file.
  init(mapping descriptor: Int32, count: Int, path: String) throws {
    guard let address = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), address != MAP_FAILED else {
      throw DataError.unreadable(path: path, reason: systemMessage())
    }
    base = UnsafeRawPointer(address)
    self.count = count
    isMapped = true
    csignals_map(base, count, path)
    // Batches jump about in the file. What fits into memory easily is read in at once, ahead of the first
    // epoch; otherwise reading ahead of every jump would only push out pages still in use.
    let fits = UInt64(count) <= ProcessInfo.processInfo.physicalMemory / 4
    _ = madvise(address, count, Int32(fits ? MADV_WILLNEED : MADV_RANDOM))
  }

  /// Takes over memory from `malloc`.
  init(adopting memory: UnsafeMutableRawPointer, count: Int) {
    base = UnsafeRawPointer(memory)
    self.count = count
    isMapped = false
  }

  /// A copy of `values`.
  convenience init<Element>(copying values: [Element]) {
    let count = values.count * MemoryLayout<Element>.stride
    guard let memory = malloc(max(1, count)) else { fatalError("no memory for \(count) bytes") }
    values.withUnsafeBytes { if count > 0 { memory.copyMemory(from: $0.baseAddress!, byteCount: count) } }
    self.init(adopting: memory, count: count)
  }

  /// SHA-256 of all bytes, in hexadecimal.
  var contentHash: String { ContentHash.text(of: UnsafeRawBufferPointer(start: base, count: count)) }

  deinit {
    let memory = UnsafeMutableRawPointer(mutating: base)
    guard isMapped else { return free(memory) }
    csignals_unmap(base)
    munmap(memory, count)
  }
}

/// The C library's text for the last failed call.
func systemMessage() -> String { String(cString: strerror(errno)) }
