/// The formats that data can have, and the way to open them.
package enum TableReaders {
  /// Every reader, in the order in which they are asked.
  package static let all: [any TableReader] = [IDXDirectoryReader(), IDXReader(), NPYReader()]

  /// Opens one part of the data at `path`, whatever their format; nil when they do not bring that part.
  ///
  /// Throws `DataError`, where nothing recognises the data or they are damaged.
  package static func open(_ path: String, part: DataPart, options: TableOptions = .init()) throws
    -> TablePart?
  {
    let opened = try reader(for: path, options: options).open(path, part: part, options: options)
    guard let opened, !options.label.isEmpty, opened.target == nil else { return opened }
    return try opened.takingLabel(options)
  }

  /// Whether the data at `path` bring a part. Throws `DataError` where nothing recognises them.
  package static func brings(_ part: DataPart, at path: String, options: TableOptions) throws -> Bool {
    try reader(for: path, options: options).brings(part, at: path)
  }

  private static func reader(for path: String, options: TableOptions) throws -> any TableReader {
    if !options.format.isEmpty {
      guard let reader = all.first(where: { $0.format == options.format }) else {
        throw DataError.unknownFormat(options.format, known: all.map(\.format))
      }
      return reader
    }
    let start: FileStart
    do {
      start = try FileStart(path)
    } catch DataError.missing {
      throw DataError.noData(path: path)
    }
    guard let reader = all.first(where: { $0.recognises(start) }) else {
      throw DataError.unrecognised(path: path, bytes: start.bytes ?? [], known: all.map(\.format))
    }
    return reader
  }
}
