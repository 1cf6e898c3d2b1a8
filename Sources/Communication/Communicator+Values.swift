import Foundation

extension Communicator {
  /// Whether this is rank 0, which alone prints and writes files.
  package var isRoot: Bool { rank == 0 }

  /// The sum, maximum or minimum of one value of each rank; every rank must call.
  package func allReduce<T: Reducible>(_ value: T, _ operation: ReduceOperation) throws -> T {
    var value = value
    try withUnsafeMutablePointer(to: &value) {
      try allReduce(UnsafeMutableBufferPointer(start: $0, count: 1), operation)
    }
    return value
  }

  /// Replaces each element by its sum, maximum or minimum over all ranks; every rank must call, with the
  /// same number of elements.
  package func allReduce<T: Reducible>(_ values: inout [T], _ operation: ReduceOperation) throws {
    try values.withUnsafeMutableBufferPointer { try allReduce($0, operation) }
  }

  /// The bytes that rank `root` passes, on every rank; every rank must call, and only the root's argument
  /// counts, whose length need not be known to the others.
  package func broadcast(_ data: Data, root: Int = 0) throws -> Data {
    var length = UInt64(rank == root ? data.count : 0)
    try withUnsafeMutableBytes(of: &length) { try broadcast($0, root: root) }
    var received = rank == root ? data : Data(count: Int(length))
    try received.withUnsafeMutableBytes { try broadcast($0, root: root) }
    return received
  }

  /// The text that rank `root` passes, on every rank; every rank must call, and only the root's argument
  /// counts.
  package func broadcast(_ text: String, root: Int = 0) throws -> String {
    String(decoding: try broadcast(Data(text.utf8), root: root), as: UTF8.self)
  }

  /// The texts of all ranks in rank order at rank `root`, nil elsewhere; every rank must call.
  package func gatherStrings(_ text: String, root: Int = 0) throws -> [String]? {
    try Array(text.utf8).withUnsafeBytes { try gatherVariable($0, root: root) }?
      .map { String(decoding: $0, as: UTF8.self) }
  }
}
