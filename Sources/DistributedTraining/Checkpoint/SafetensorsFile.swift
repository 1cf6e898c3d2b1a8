import AtomicFile
import Foundation

/// A named tensor as it stands in a safetensors file.
public struct StoredTensor: Sendable, Equatable {
  /// The name.
  public let name: String
  /// The element type's name: F32, F64, ...
  public let type: String
  /// Sizes, outermost first.
  public let shape: [Int]
  /// Where its bytes stand, counted from the end of the header.
  public let byteRange: Range<Int>
}

/// Why a safetensors file cannot be used.
public struct SafetensorsError: Error, Sendable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What is wrong.
  public let problem: String

  /// The text shown to the user.
  public var description: String { "\(path): \(problem)" }
}

/// A safetensors file, memory-mapped: an 8-byte header length, a JSON header, then the tensors' bytes.
public struct SafetensorsFile: Sendable {
  /// The file.
  public let path: String
  /// The tensors, in the order of their bytes.
  public let tensors: [StoredTensor]
  /// The free-form text entries of the header.
  public let metadata: [String: String]
  private let contents: Data
  private let dataStart: Int

  /// Opens a file and checks its header against its length.
  public init(path: String) throws {
    func fail(_ problem: String) -> SafetensorsError { SafetensorsError(path: path, problem: problem) }
    self.path = path
    do {
      contents = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw fail("cannot be read: it is missing, a directory, or not readable by this user")
    }
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
    tensors = try header.filter { $0.key != "__metadata__" }.map { name, value in
      guard let entry = value as? [String: Any], let type = entry["dtype"] as? String,
        let shape = entry["shape"] as? [Int], let offsets = entry["data_offsets"] as? [Int],
        offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], shape.allSatisfy({ $0 >= 0 })
      else { throw fail("the entry of tensor '\(name)' is damaged") }
      guard offsets[1] <= available else {
        throw fail("is cut short: tensor '\(name)' ends at byte \(offsets[1]) of \(available)")
      }
      if let width = Self.width(of: type) {
        let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
        guard count * width == offsets[1] - offsets[0] else {
          throw fail("tensor '\(name)' has \(offsets[1] - offsets[0]) bytes, not those of \(shape) \(type)")
        }
      }
      return StoredTensor(name: name, type: type, shape: shape, byteRange: offsets[0]..<offsets[1])
    }.sorted { ($0.byteRange.lowerBound, $0.name) < ($1.byteRange.lowerBound, $1.name) }
  }

  private static func width(of type: String) -> Int? {
    switch type {
    case "F64", "I64", "U64": 8
    case "F32", "I32", "U32": 4
    case "F16", "BF16", "I16", "U16": 2
    case "I8", "U8", "BOOL": 1
    default: nil
    }
  }

  /// The tensor of a name, or nil.
  public subscript(name: String) -> StoredTensor? { tensors.first { $0.name == name } }

  /// Calls `body` with a tensor's bytes.
  public func withBytes<Result>(
    of tensor: StoredTensor, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try contents.withUnsafeBytes { bytes in
      let start = dataStart + tensor.byteRange.lowerBound
      return try body(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + tensor.byteRange.count)]))
    }
  }
}

/// A tensor that is to be written: its name, sizes, and elements in memory.
public struct TensorToStore {
  let name: String
  let shape: [Int]
  let bytes: UnsafeRawBufferPointer

  /// A tensor of 32-bit floats [shape] that stay valid until it is written.
  public init(name: String, shape: [Int], elements: UnsafePointer<Float>) {
    self.name = name
    self.shape = shape
    bytes = UnsafeRawBufferPointer(start: elements, count: shape.reduce(1, *) * MemoryLayout<Float>.stride)
  }
}

extension SafetensorsFile {
  /// Writes tensors and metadata as a whole file or not at all.
  public static func write(_ tensors: [TensorToStore], metadata: [String: String], to path: String) throws {
    var header: [String: Any] = ["__metadata__": metadata]
    var offset = 0
    for tensor in tensors {
      header[tensor.name] =
        [
          "dtype": "F32", "shape": tensor.shape, "data_offsets": [offset, offset + tensor.bytes.count],
        ] as [String: Any]
      offset += tensor.bytes.count
    }
    // Sorted keys make equal contents equal bytes; spaces bring the data to a multiple of 8 bytes.
    var json = try JSONSerialization.data(
      withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
    json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
    try AtomicFile.write(to: path) { file in
      try withUnsafeBytes(of: UInt64(json.count).littleEndian) { try file.append($0) }
      try json.withUnsafeBytes { try file.append($0) }
      for tensor in tensors { try file.append(tensor.bytes) }
    }
  }
}
