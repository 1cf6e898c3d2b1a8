import AtomicFile
import Foundation

/// Hashes in the metadata of the files written here: of each tensor's bytes under `sha256.NAME`, of what the header tells of
/// the tensors under `tensors_sha256`, and of all other metadata under `sha256`, so that no bit of what is read can
/// change unnoticed.
extension SafetensorsFile {
  private static let metadataHashKey = "sha256"
  /// Older files are without.
  private static let entriesHashKey = "tensors_sha256"
  static func hashKey(of tensor: String) -> String { "sha256." + tensor }

  /// The metadata with the hashes of `tensors` and of themselves.
  package static func sealed(_ metadata: [String: String], _ tensors: [TensorToStore]) -> [String: String] {
    var sealed = metadata
    for tensor in tensors { sealed[hashKey(of: tensor.name)] = ContentHash.text(of: tensor.bytes) }
    sealed[entriesHashKey] = hash(of: tensors.map { ($0.name, TensorToStore.type, $0.shape) })
    sealed[metadataHashKey] = hash(of: sealed)
    return sealed
  }

  /// Whether it tells of hashes, as files from elsewhere do not.
  package var isSealed: Bool {
    metadata.keys.contains { $0 == Self.metadataHashKey || $0.hasPrefix("sha256.") }
  }

  /// What differs from what was saved, as the rest of a sentence about the file; nil if nothing does.
  package func damage() -> String? {
    guard metadata[Self.metadataHashKey] == Self.hash(of: metadata) else {
      return "its header does not have the text that was saved"
    }
    if let saved = metadata[Self.entriesHashKey],
      saved != Self.hash(of: tensors.map { ($0.name, $0.type, $0.shape) })
    {
      return "its header does not tell of the tensors that were saved"
    }
    for tensor in tensors {
      let hash = withBytes(of: tensor) { ContentHash.text(of: $0) }
      guard metadata[Self.hashKey(of: tensor.name)] == hash else {
        return "tensor '\(tensor.name)' does not have the bytes that were saved"
      }
    }
    return nil
  }

  private static func hash(of entries: [(name: String, type: String, shape: [Int])]) -> String {
    let text = entries.map { "\($0.name.utf8.count) \($0.name) \($0.type) \($0.shape)\n" }.joined()
    return Data(text.utf8).withUnsafeBytes { ContentHash.text(of: $0) }
  }

  private static func hash(of metadata: [String: String]) -> String {
    let entries = metadata.filter { $0.key != metadataHashKey }.sorted { $0.key < $1.key }
    let text = entries.map { "\($0.key.utf8.count) \($0.key) \($0.value.utf8.count) \($0.value)" }.joined()
    return Data(text.utf8).withUnsafeBytes { ContentHash.text(of: $0) }
  }
}
