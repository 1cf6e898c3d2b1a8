/// The formats that data can have, and the way to open them.
package enum TableReaders {
  /// Every reader, in the order in which they are asked.
  package static let all: [any TableReader] = [IDXDirectoryReader(), IDXReader(), NPYReader(), TextReader()]

  /// Opens one part of the data at `path`, whatever their format; nil when they do not bring that part.
  ///
  /// Throws `DataError`, where nothing recognises the data or they are damaged.
  package static func open(_ path: String, part: DataPart, options: TableOptions = .init()) throws
    -> TablePart?
  {
    let reader = try reader(for: path, options: options)
    let opened = try reader.open(path, part: part, options: options)
    return reader is any StreamingReader ? opened : try opened?.choosing(options.columns)
  }

  /// Reads data that cannot be trained from as they are into the cache, if they are not there; others are left alone.
  ///
  /// Throws what `open` throws.
  package static func stage(_ path: String, options: TableOptions) throws {
    _ = try (reader(for: path, options: options) as? any StreamingReader)?.cached(path, options: options)
  }

  /// Writes the data at `path` in the form to train from, to `output` and files beside it.
  ///
  /// Throws what `open` throws, and `FileError`.
  package static func convert(_ path: String, to output: String, options: TableOptions) throws -> TableSidecar
  {
    let reader = try reader(for: path, options: options)
    guard let streaming = reader as? any StreamingReader else {
      throw DataError.trainable(path: path, format: reader.format)
    }
    return try streaming.stage(
      InputFile(path), options: options, to: output, sidecar: TableSidecar.path(beside: output)
    ).sidecar
  }

  /// Whether the data at `path` bring a part. Throws `DataError` where nothing recognises them.
  package static func brings(_ part: DataPart, at path: String, options: TableOptions) throws -> Bool {
    try reader(for: path, options: options).brings(part, at: path)
  }

  static func reader(for path: String, options: TableOptions) throws -> any TableReader {
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
