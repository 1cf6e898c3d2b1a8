import Foundation

/// What a process that reads a table tells the one that asked it to: a kind, the length of what follows (4 bytes), and that.
enum ReaderMessage: UInt8 {
  /// The columns, as JSON; once, before any row.
  case columns = 1
  /// Of the row under way.
  case id, label, part, group, weight
  /// The features of the row under way, which ends it.
  case row
  /// Bytes of the file that have been read.
  case progress
  /// Notes for the user, as JSON: the last message.
  case done
  /// `ReaderProcessError` as JSON: the last message.
  case failed

  /// Bytes before the content.
  static let headerSize = 5
}

/// Writes messages in large pieces.
final class ReaderMessageWriter {
  private let descriptor: Int32
  private var buffer: [UInt8] = []

  private static let pieceSize = 1 << 18

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    buffer.reserveCapacity(2 * Self.pieceSize)
  }

  /// Adds a message. Throws `ReaderProcessError` where nobody takes it any more.
  func write(_ kind: ReaderMessage, _ content: UnsafeRawBufferPointer) throws {
    buffer.append(kind.rawValue)
    withUnsafeBytes(of: UInt32(content.count)) { buffer.append(contentsOf: $0) }
    buffer.append(contentsOf: content)
    if buffer.count >= Self.pieceSize { try flush() }
  }

  func write(_ kind: ReaderMessage, _ bytes: some Collection<UInt8>) throws {
    try Array(bytes).withUnsafeBytes { try write(kind, $0) }
  }

  /// Writes what is there. Throws `ReaderProcessError`.
  func flush() throws {
    var done = 0
    while done < buffer.count {
      let count = buffer.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress! + done, $0.count - done)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw ReaderProcessError("nobody reads what the file holds: \(systemMessage())", isInputOutput: true)
      }
      done += count
    }
    buffer.removeAll(keepingCapacity: true)
  }
}

/// Reads messages; their content is valid until the next.
final class ReaderMessageReader {
  private let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: 1 << 18)
  private var (start, end) = (0, 0)

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Passes the next message on; false at the end, which also is where a message is cut short or makes no sense.
  func next(_ body: (ReaderMessage, UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
    guard fill(ReaderMessage.headerSize), let kind = ReaderMessage(rawValue: buffer[start]) else {
      return false
    }
    let count = buffer.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: start + 1, as: UInt32.self)) }
    guard fill(ReaderMessage.headerSize + count) else { return false }
    let content = start + ReaderMessage.headerSize
    start = content + count
    try buffer.withUnsafeBytes {
      try body(kind, UnsafeRawBufferPointer(rebasing: $0[content..<content + count]))
    }
    return true
  }

  /// Sees to it that so many bytes stand in the buffer; false where there are fewer.
  private func fill(_ count: Int) -> Bool {
    guard end - start < count else { return true }
    buffer.withUnsafeMutableBytes { bytes in
      if end > start {
        bytes.baseAddress!.copyMemory(from: bytes.baseAddress! + start, byteCount: end - start)
      }
    }
    (start, end) = (0, end - start)
    if buffer.count < count { buffer += [UInt8](repeating: 0, count: count - buffer.count) }
    while end < count {
      let found = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + end, $0.count - end) }
      if found < 0, errno == EINTR { continue }
      guard found > 0 else { return false }
      end += found
    }
    return true
  }
}
