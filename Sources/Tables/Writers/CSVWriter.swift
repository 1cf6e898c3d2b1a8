import AtomicFile

/// A table of text: names in the header, fields separated by commas, missing values empty.
final class CSVWriter: TableWriter {
  static let suffix = ".csv"

  private let output: any ByteOutput
  private let hasIDs: Bool
  private var text: [UInt8] = []

  private static let blockSize = 1 << 16

  init(_ heading: TableHeading, to output: any ByteOutput) throws {
    self.output = output
    hasIDs = heading.idName != nil
    let fields = (heading.idName.map { [$0] } ?? []) + heading.names
    text += fields.map(CSVField.quoted).joined(separator: ",").utf8
    text.append(lineFeed)
  }

  func append(_ values: UnsafeBufferPointer<Float>, id: String) throws {
    if hasIDs { text += CSVField.quoted(id).utf8 }
    for (place, value) in values.enumerated() {
      if place > 0 || hasIDs { text.append(UInt8(ascii: ",")) }
      text += CSVField.text(value).utf8
    }
    text.append(lineFeed)
    if text.count >= Self.blockSize { try flush() }
  }

  func finish() throws {
    try flush()
    try output.commit()
  }

  private func flush() throws {
    try text.withUnsafeBytes(output.append)
    text.removeAll(keepingCapacity: true)
  }
}
