import AtomicFile

/// A table of text: names in the header, fields separated by commas, missing values empty.
final class CSVWriter: TableWriter {
  static let suffix = ".csv"

  private let output: any ByteOutput
  private var text: [UInt8] = []

  private static let blockSize = 1 << 16
  private let comma = UInt8(ascii: ",")

  init(_ heading: TableHeading, to output: any ByteOutput) throws {
    self.output = output
    text += (heading.texts + heading.names).map(CSVField.quoted).joined(separator: ",").utf8
    text.append(lineFeed)
  }

  func append(_ values: UnsafeBufferPointer<Float>, texts: [String]) throws {
    let fields = texts.lazy.map(CSVField.quoted)
    for (place, field) in fields.enumerated() {
      if place > 0 { text.append(comma) }
      text += field.utf8
    }
    for (place, value) in values.enumerated() {
      if place > 0 || !texts.isEmpty { text.append(comma) }
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
