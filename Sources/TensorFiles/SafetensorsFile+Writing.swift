import AtomicFile
import Foundation

extension SafetensorsFile {
  /// Writes tensors and metadata as a whole file or not at all.
  package static func write(_ tensors: [TensorToStore], metadata: [String: String], to path: String) throws {
    var header: [String: Any] = ["__metadata__": metadata]
    var offset = 0
    for tensor in tensors {
      header[tensor.name] =
        [
          "dtype": TensorToStore.type, "shape": tensor.shape,
          "data_offsets": [offset, offset + tensor.bytes.count],
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
