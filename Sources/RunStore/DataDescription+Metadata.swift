import Foundation
import Tables

extension DataDescription {
  /// The description as metadata of a file: text entries, of which those with structure are JSON.
  func metadata() throws -> [String: String] {
    var entries = [
      "schema": try Self.json(schema), "preprocessing": try Self.json(preprocessing),
      "data_sha256": contentHash,
    ]
    if let classes { entries["classes"] = try Self.json(classes) }
    if let valueScaling { entries["value_scaling"] = try Self.json(valueScaling) }
    if let trainingRows { entries["training_rows"] = String(trainingRows) }
    return entries
  }

  /// Reads what `metadata()` wrote, of a model with so many features and, if it finds classes, so many of them.
  ///
  /// Files of version 0.1.0 and of PyTorch's describe nothing but the grid: they were trained on bytes divided by 255.
  /// Throws `CheckpointError` where an entry is damaged, or does not fit the model.
  init(metadata: [String: String], path: String, featureCount: Int, classCount: Int?) throws {
    func read<Value: Decodable>(_ key: String, _: Value.Type) throws -> Value? {
      do {
        return try metadata[key].map { try JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
      } catch {
        throw CheckpointError(path: path, problem: "its metadata '\(key)' cannot be read: \(error)")
      }
    }
    guard let schema = try read("schema", TableSchema.self),
      let preprocessing = try read("preprocessing", Preprocessing.self)
    else {
      self.init(
        schema: TableSchema(
          count: featureCount, kind: .byte, grid: Self.grid(from: metadata["grid"], count: featureCount)),
        preprocessing: Preprocessing(
          offset: Array(repeating: 0, count: featureCount),
          scale: Array(repeating: 1 / 255, count: featureCount)),
        classes: classCount.map { (0..<$0).map(String.init) }, contentHash: metadata["data_sha256"] ?? "")
      return
    }
    let classes = try read("classes", [String].self)
    guard schema.featureCount == featureCount, preprocessing.scale.count == featureCount,
      classCount == nil || classes?.count == classCount
    else {
      throw CheckpointError(
        path: path, problem: "its metadata describe other features or classes than its tensors")
    }
    self.init(
      schema: schema, preprocessing: preprocessing, classes: classes,
      valueScaling: try read("value_scaling", ValueScaling.self), contentHash: metadata["data_sha256"] ?? "",
      trainingRows: metadata["training_rows"].flatMap { Int($0) })
  }

  /// The value as JSON: the same text for the same value.
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Reads the grid of version 0.1.0, `28x28`; nil if it is none that holds `count` features.
  private static func grid(from text: String?, count: Int) -> FeatureGrid? {
    let sizes = text?.split(separator: "x").compactMap { Int($0) } ?? []
    guard sizes.count == 2, sizes.allSatisfy({ (1...count).contains($0) }), sizes[0] * sizes[1] == count
    else {
      return nil
    }
    return FeatureGrid(rows: sizes[0], columns: sizes[1])
  }
}
