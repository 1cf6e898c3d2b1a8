import Foundation

/// A NumPy array (`np.save`): the first dimension is the rows, the others are the features; of records, the fields.
///
/// Bytes and little-endian floats in C's order are mapped as they are; files of other types and orders are staged, for which
/// they are converted into the memory of one process.
struct NPYReader: OpeningReader {
  let format = "npy"

  func recognises(_ start: FileStart) -> Bool { start.bytes?.starts(with: NPYDescription.magic) ?? false }

  func isForm(_ path: String) throws -> Bool {
    if StagedTable(beside: path) != nil { return true }
    let file = try InputFile(path)
    guard try !file.isGzip() else { return false }
    return try Self.isMapped(
      file.prefix(NPYHeader.largestSize).withUnsafeBytes { try NPYHeader($0, path: path) })
  }

  /// Whether values stand as they are trained from.
  private static func isMapped(_ header: NPYHeader) -> Bool {
    let type = header.fields[0].type
    return header.isRowMajor
      && (type == NumberType(numpy: "|u1")
        || type == NumberType(numpy: "<f4") && header.size % MemoryLayout<Float>.alignment == 0)
  }

  func open(_ path: String, part: DataPart, options: TableOptions) throws -> TablePart? {
    guard part == .training else { return nil }
    if let staged = StagedTable(beside: path) { return try staged.open() }
    let file = try ArrayFile<NPYHeader>(path: path)
    let header = file.header
    let rows = header.dimensions[0]
    let names = header.fields.compactMap(\.name)
    let width = names.isEmpty ? header.dimensions.dropFirst().reduce(1, *) : names.count
    guard rows <= Int(UInt32.max) else { throw DataError.tooLarge(path: path, dimensions: header.dimensions) }
    func schema(_ kind: FeatureKind) -> TableSchema {
      TableSchema(
        count: width, kind: kind, names: names.isEmpty ? nil : names,
        grid: FeatureGrid(dimensions: header.dimensions))
    }
    let type = header.fields[0].type
    if header.isRowMajor, type == NumberType(numpy: "|u1") {
      return TablePart(
        ByteTable(file.storage, start: header.size, path: path, rowCount: rows, schema: schema(.byte)))
    }
    if header.isRowMajor, type == NumberType(numpy: "<f4"), header.size % MemoryLayout<Float>.alignment == 0 {
      return TablePart(
        FloatTable(file.storage, start: header.size, path: path, rowCount: rows, schema: schema(.number)))
    }
    return TablePart(
      FloatTable(try converted(file), start: 0, path: path, rowCount: rows, schema: schema(.number)))
  }

  /// The values as row-major floats.
  private func converted(_ file: ArrayFile<NPYHeader>) throws -> ByteStorage {
    let header = file.header
    let columns = header.columns
    let (rows, width) = (header.dimensions[0], columns.count)
    let (count, overflow) = rows.multipliedReportingOverflow(by: width * MemoryLayout<Float>.stride)
    guard !overflow, let memory = malloc(count) else {
      throw DataError.noMemory(path: file.path, bytes: count)
    }
    let values = memory.bindMemory(to: Float.self, capacity: rows * width)
    file.withUnsafeBytes { bytes in
      // Blocks of rows stay in the cache, whichever way the values lie.
      for start in stride(from: 0, to: rows, by: 64) {
        for (column, source) in columns.enumerated() {
          source.type.convert(
            bytes.baseAddress! + source.offset + start * header.rowStep, step: header.rowStep,
            count: min(64, rows - start), into: values + start * width + column, stride: width)
        }
      }
    }
    return ByteStorage(adopting: memory, count: count)
  }
}
