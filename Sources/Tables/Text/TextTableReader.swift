/// Reads a text table that comes in pieces, in bounded memory: its beginning decides how the rest is read.
package final class TextTableReader {
  private let path: String
  private let options: TableOptions
  private let blockSize: Int
  private let makeSink: (TextLayout) throws -> any RowSink

  private var buffer: UnsafeMutableRawBufferPointer
  private var consumed = 0
  private var filled = 0
  private var sampleSize = 1 << 20
  private var rows: TextRows?

  private static let leastLines = 8
  private static let largestSample = 1 << 26
  private static let longestField = 1 << 20

  /// `makeSink` is called once the layout is known, for where rows go; `blockSize` bounds how many bytes are worked on
  /// at once.
  package init(
    path: String, options: TableOptions = .init(), blockSize: Int = 1 << 20,
    makeSink: @escaping (TextLayout) throws -> any RowSink
  ) {
    self.path = path
    self.options = options
    self.blockSize = blockSize
    self.makeSink = makeSink
    buffer = .allocate(byteCount: Self.longestField + sampleSize, alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// Takes the next bytes. Throws `TextTableError`, `ColumnChoiceError`, and what the sink throws.
  package func feed(_ piece: UnsafeRawBufferPointer) throws {
    var rest = piece
    while !rest.isEmpty {
      if rows != nil { makeRoom() }
      let limit = rows == nil ? sampleSize : buffer.count
      let count = min(rest.count, limit - filled)
      UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
      filled += count
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      if rows == nil {
        guard filled == sampleSize else { continue }
        if needsMore { grow() } else { try begin(isWhole: false) }
      }
      try work(isLast: false)
    }
  }

  /// Ends the table and says how many rows it has.
  package func finish() throws -> Int {
    if rows == nil { try begin(isWhole: true) }
    try work(isLast: true)
    guard let rowCount = rows?.rowCount, rowCount > 0 else {
      throw TextTableError(path: path, problem: .noRows)
    }
    return rowCount
  }

  /// Lines of wide tables are long.
  private var needsMore: Bool {
    guard sampleSize < Self.largestSample else { return false }
    var lines = 0
    for byte in buffer[..<filled] where byte == lineFeed || byte == carriageReturn {
      lines += 1
      if lines == Self.leastLines { return false }
    }
    return true
  }

  private func grow() {
    sampleSize *= 2
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Self.longestField + sampleSize, alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
    buffer.deallocate()
    buffer = larger
  }

  private func begin(isWhole: Bool) throws {
    let sample = TextSample(bytes: bytes(0..<filled), isWhole: isWhole, path: path)
    let layout = try TextLayout(sample, options: options)
    rows = TextRows(layout, path: path, sink: try makeSink(layout))
    consumed = layout.start.offset
  }

  private func makeRoom() {
    guard consumed > 0 else { return }
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[consumed..<filled]))
    filled -= consumed
    consumed = 0
  }

  private func work(isLast: Bool) throws {
    guard let rows else { return }
    var window = blockSize
    repeat {
      let end = min(filled, consumed + window)
      let used = try rows.consume(bytes(consumed..<end), isLast: isLast && end == filled)
      consumed += used
      if used > 0 {
        window = blockSize
      } else if end - consumed > Self.longestField {
        throw rows.endless(bytes(consumed..<end))
      } else if end == filled {
        break
      } else {
        window += blockSize
      }
    } while consumed < filled
  }

  private func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      UnsafeMutableRawBufferPointer(rebasing: buffer[range]).assumingMemoryBound(to: UInt8.self))
  }
}
