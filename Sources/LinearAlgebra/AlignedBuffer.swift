import CVectorMath
import Foundation

/// Storage of a fixed number of scalars, zeros at first, aligned to a cache line, freed with the object.
///
/// Its pointers do not keep it alive: take them from a buffer that a variable holds, never from a temporary.
package final class AlignedBuffer<Scalar: Real> {
  /// The first element.
  package let base: UnsafeMutablePointer<Scalar>
  /// Number of elements.
  package let count: Int
  private let owner: AnyObject?

  /// Allocates `count` zeros.
  package init(count: Int) {
    base = Self.allocate(count)
    // Zero's bits are 0; unspecialised, `initialize(repeating:)` would go through every element by a call.
    UnsafeMutableRawPointer(base).initializeMemory(
      as: UInt8.self, repeating: 0, count: count * MemoryLayout<Scalar>.stride)
    self.count = count
    owner = nil
  }

  /// Allocates a copy of another buffer's elements.
  package init(copying other: AlignedBuffer) {
    base = Self.allocate(other.count)
    base.initialize(from: other.base, count: other.count)
    count = other.count
    owner = nil
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Scalar> {
    UnsafeMutableRawPointer.allocate(
      byteCount: Swift.max(1, count) * MemoryLayout<Scalar>.stride, alignment: 64
    ).bindMemory(to: Scalar.self, capacity: count)
  }

  /// Uses zero-filled storage that `owner` keeps alive, such as memory shared with other ranks.
  package init(base: UnsafeMutablePointer<Scalar>, count: Int, owner: AnyObject) {
    self.base = base
    self.count = count
    self.owner = owner
  }

  /// Allocates `count` zeros of which only those take memory that somebody touches, in whole pages; all where the system does
  /// not give such.
  package convenience init(untouched count: Int) {
    if let memory = MappedMemory(byteCount: count * MemoryLayout<Scalar>.stride) {
      self.init(
        base: memory.start.bindMemory(to: Scalar.self, capacity: count), count: count, owner: memory)
    } else {
      self.init(count: count)
    }
  }

  deinit { if owner == nil { UnsafeMutableRawPointer(base).deallocate() } }

  /// All elements.
  package var elements: UnsafeMutableBufferPointer<Scalar> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }

  /// The storage as bytes.
  package var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(elements) }

  /// Elements rounded up so that what follows starts on a cache line.
  package static func aligned(_ count: Int) -> Int {
    let line = 64 / MemoryLayout<Scalar>.stride
    return (count + line - 1) / line * line
  }
}

extension AlignedBuffer {
  /// A 64-bit digest of the elements' bit patterns, to notice that two ranks hold different numbers.
  package var digest: UInt64 { cvm_digest(base, count * MemoryLayout<Scalar>.stride) }
}

/// Zeros from the system.
private final class MappedMemory {
  let start: UnsafeMutableRawPointer
  private let byteCount: Int

  init?(byteCount: Int) {
    self.byteCount = max(1, byteCount)
    let start = mmap(nil, self.byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let start, start != MAP_FAILED else { return nil }
    self.start = start
  }

  deinit { munmap(start, byteCount) }
}
