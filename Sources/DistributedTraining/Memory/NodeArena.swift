import Communication
import LinearAlgebra

/// Memory of a node's ranks, filled with zeros: shared by them, or of one rank alone.
///
/// Its regions are declared once, in a `Layout`, which so gives both the size of the whole and the places of the views.
package final class NodeArena {
  /// A run of the arena's elements that begins on a cache line.
  package struct Region {
    fileprivate let start: Int
    fileprivate let count: Int
  }

  /// The regions; the same on every rank of a node.
  package struct Layout {
    /// Elements of all regions.
    package private(set) var count = 0

    /// A region behind those declared before.
    package mutating func declare(_ count: Int) -> Region {
      defer { self.count += AlignedBuffer<Float>.aligned(count) }
      return Region(start: self.count, count: count)
    }
  }

  /// Elements of all regions.
  package let count: Int
  private let base: UnsafeMutablePointer<Float>
  private let owner: AnyObject

  /// Memory for a layout, shared by `node` if that has several ranks; every rank of the node must call.
  ///
  /// Throws `CommunicationError`, on all ranks of the node alike, where it has no room or does not share.
  package init(_ layout: Layout, sharedBy node: any Communicator) throws {
    count = layout.count
    guard node.size > 1 else {
      let own = AlignedBuffer<Float>(count: layout.count)
      (base, owner) = (own.base, own)
      return
    }
    let shared = try node.allocateShared(byteCount: layout.count * MemoryLayout<Float>.stride)
    base = shared.bytes.baseAddress!.bindMemory(to: Float.self, capacity: layout.count)
    owner = shared
  }

  /// A region's elements.
  package subscript(region: Region) -> AlignedBuffer<Float> {
    AlignedBuffer(base: base + region.start, count: region.count, owner: owner)
  }

  /// Gives shared memory back; every rank of the node must call, and none uses a view any more.
  func free() throws { try (owner as? SharedMemory)?.free() }
}
