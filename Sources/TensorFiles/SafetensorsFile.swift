import Foundation

/// A safetensors file, memory-mapped: an 8-byte header length, a JSON header, then the tensors' bytes.
package struct SafetensorsFile: Sendable {
  /// The file.
  package let path: String
  /// The tensors, in the order of their bytes.
  package let tensors: [StoredTensor]
  /// The free-form text entries of the header.
  package let metadata: [String: String]
  private let contents: Data
  private let dataStart: Int

  /// Opens a file and checks its header against its length: the tensors must lie side by side and fill it.
  ///
  /// Throws `SafetensorsError`.
  package init(path: String) throws {
    func fail(_ problem: String) -> SafetensorsError { SafetensorsError(path: path, problem: problem) }
    self.path = path
    contents = try Self.map(path)
    guard contents.count >= 8 else { throw fail("is cut short: \(contents.count) bytes") }
    let length = contents.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length >= 2, length <= UInt64(contents.count - 8), length < 100_000_000 else {
      throw fail("is not a safetensors file, or is cut short inside its header")
    }
    dataStart = 8 + Int(length)
    guard
      let header = try? JSONSerialization.jsonObject(with: contents[8..<dataStart]) as? [String: Any]
    else { throw fail("its header is not JSON: the file is damaged") }
    metadata = header["__metadata__"] as? [String: String] ?? [:]
    let available = contents.count - dataStart
    // By name, so that of several faults it is always the same that is told.
    tensors = try header.filter { $0.key != "__metadata__" }.sorted { $0.key < $1.key }
      .map { try StoredTensor(name: $0, entry: $1, available: available, path: path) }
      .sorted {
        ($0.byteRange.lowerBound, $0.byteRange.upperBound, $0.name) < (
          $1.byteRange.lowerBound, $1.byteRange.upperBound, $1.name
        )
      }
    var end = 0
    for tensor in tensors {
      guard tensor.byteRange.lowerBound == end else {
        throw fail(
          "tensor '\(tensor.name)' begins at byte \(tensor.byteRange.lowerBound), not where the one before it "
            + "ends (\(end)): the header is damaged")
      }
      end = tensor.byteRange.upperBound
    }
    guard end == available else {
      throw fail("has \(available) bytes of tensors, its header tells of \(end): the file is damaged")
    }
  }

  private static func map(_ path: String) throws -> Data {
    func fail(_ reason: String) -> SafetensorsError {
      SafetensorsError(path: path, problem: "cannot be read: \(reason)", isUnreadable: true)
    }
    func fail(_ code: Int32) -> SafetensorsError { fail(String(cString: strerror(code))) }
    var status = stat()
    guard stat(path, &status) == 0 else { throw fail(errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw status.st_mode & S_IFMT == S_IFDIR
        ? fail(EISDIR) : fail("it is not a regular file")
    }
    guard access(path, R_OK) == 0 else { throw fail(errno) }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw fail("\(error)")
    }
  }

  /// The tensor of a name, or nil.
  package subscript(name: String) -> StoredTensor? { tensors.first { $0.name == name } }

  /// Calls `body` with a tensor's bytes.
  package func withBytes<Result>(
    of tensor: StoredTensor, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try contents.withUnsafeBytes { bytes in
      let start = dataStart + tensor.byteRange.lowerBound
      return try body(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + tensor.byteRange.count)]))
    }
  }
}
