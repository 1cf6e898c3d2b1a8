import Foundation

/// Memory of this process, filled with zeros and aligned to a page.
final class PageMemory: @unchecked Sendable {
  // Whoever holds the memory agrees with the other holders about who writes when.
  let bytes: UnsafeMutableRawBufferPointer
  private let mapped: Int

  init(byteCount: Int) throws {
    precondition(byteCount >= 0, "a length is not negative")
    mapped = max(byteCount, 1)
    let start = mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let start, start != MAP_FAILED else {
      throw CommunicationError.noSharedMemory(
        bytes: byteCount, available: 0, place: "the address space of the process")
    }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
  }

  deinit {
    munmap(bytes.baseAddress, mapped)
  }
}
