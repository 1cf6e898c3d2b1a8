/// A directory with the files of MNIST, or of a set laid out like it: images and, when their file is there, the labels
/// of either part.
///
/// Looks for `train-images-idx3-ubyte`, the same with `.gz`, and both with a dot before `idx3`, in that order.
struct IDXDirectoryReader: OpeningReader {
  let format = "mnist"

  func recognises(_ start: FileStart) -> Bool { start.bytes == nil }

  func brings(_ part: DataPart, at path: String) -> Bool { Self.find(.images, of: part, in: path) != nil }

  func open(_ path: String, part: DataPart, options: TableOptions) throws -> TablePart? {
    guard let imagesPath = Self.find(.images, of: part, in: path) else {
      if part == .test { return nil }
      throw DataError.noDataset(
        directory: path, lookedFor: Self.names(.images, of: part), directoryExists: true)
    }
    let images = try IDXFile(path: imagesPath, cache: options.cache)
    guard images.dimensions.count == 3 else {
      throw DataError.wrongRank(path: imagesPath, dimensions: images.dimensions, expected: .images)
    }
    let table = try ByteTable(images)
    guard let labelsPath = Self.find(.labels, of: part, in: path) else { return TablePart(table) }
    let labels = try IDXFile(path: labelsPath)
    guard labels.dimensions.count == 1 else {
      throw DataError.wrongRank(path: labelsPath, dimensions: labels.dimensions, expected: .labels)
    }
    try labels.requireBytes()
    guard labels.count == table.rowCount else {
      throw DataError.countMismatch(
        images: imagesPath, imageCount: table.rowCount, labels: labelsPath, labelCount: labels.count)
    }
    let codes = labels.withUnsafeBytes { $0.map { Int32($0) } }
    return TablePart(table, target: .classes(codes: codes, names: (0...(codes.max() ?? 0)).map(String.init)))
  }

  func unpack(_ path: String, cache: String) throws {
    for part in DataPart.allCases {
      if let images = Self.find(.images, of: part, in: path) { try IDXFile.unpack(images, cache: cache) }
    }
  }

  /// The names a file may have, preferred first: unpacked ones are mapped.
  private static func names(_ content: IDXFileNames.Content, of part: DataPart) -> [String] {
    IDXFileNames.names(of: IDXFileNames.name(of: content, part))
  }

  private static func find(_ content: IDXFileNames.Content, of part: DataPart, in directory: String)
    -> String?
  {
    IDXFileNames.find(anyOf: names(content, of: part), in: directory)
  }
}
