import Foundation

/// What an imputation was worked out on and by which model, as it is written beside it.
package struct ImputationRecord: Encodable, Sendable {
  /// The table that was read, as it was given, and the SHA-256 of its files.
  let (input, inputSHA256): (String, [String])
  let (rows, columns): (Int, Int)
  /// The model, and the SHA-256 of the rows that it was trained on.
  let (model, trainingSHA256): (String, String)
  let trainingRows: Int?
  /// The rows that R2 was measured on; nil where these are not known.
  let r2: Held?

  /// Rows that were held out of training.
  struct Held: Encodable, Sendable {
    let (method, part): (String, String)
    let rows: Int
  }

  enum CodingKeys: String, CodingKey {
    case input, rows, columns, model, r2
    case inputSHA256 = "input_sha256"
    case trainingSHA256 = "training_data_sha256"
    case trainingRows = "training_rows"
  }

  /// Says what `use` of the table at `input` was.
  package init(input: String, use: TableUse, run: StoredRun, shares: RebuiltShares?) {
    (self.input, inputSHA256, rows, columns) = (input, use.hashes, use.rows, use.columns)
    (model, trainingSHA256, trainingRows) =
      (run.modelPath, run.bundle.data.contentHash, run.bundle.data.trainingRows)
    r2 = shares.map { Held(method: $0.method.rawValue, part: $0.part, rows: $0.rows) }
  }

  /// The same as indented JSON with sorted keys. Throws `EncodingError`, which no value causes.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
