/// The formats that data can have, and the way to open them.
package enum TableReaders {
  /// Every reader, in the order in which they are asked.
  package static let all: [any TableReader] = [
    IDXDirectoryReader(), IDXReader(), NPYReader(), NPZReader(), HDF5Reader(), TextReader(),
  ]

  /// Opens one part of the data at `path`, whatever their format; nil when they do not bring that part.
  ///
  /// Throws `DataError`, where nothing recognises the data or they are damaged.
  package static func open(_ path: String, part: DataPart, options: TableOptions = .init()) throws
    -> TablePart?
  {
    let paths = DataPath.list(path)
    // What was staged with the same options is as it is to be.
    if paths.count == 1, part == .training, let staged = StagedTable(beside: paths[0].file),
      try staged.sidecar.options == options.content()
    {
      return try staged.open()
    }
    guard let reader = try openingReader(paths, options: options) else {
      return part == .training ? try TableStaging.cached(path, paths, options: options).open() : nil
    }
    return try reader.open(paths[0].file, part: part, options: options)?.choosing(options).part
  }

  /// Reads data that cannot be trained from as they are into the cache, if they are not there, or unpacks large ones; others are
  /// left alone.
  /// `progress` is told how far it is.
  ///
  /// Throws what `open` throws.
  package static func stage(_ path: String, options: TableOptions, progress: StagingProgress? = nil) throws {
    let paths = DataPath.list(path)
    guard let reader = try openingReader(paths, options: options) else {
      _ = try TableStaging.cached(path, paths, options: options, progress: progress)
      return
    }
    try reader.unpack(paths[0].file, cache: options.cache)
  }

  /// Writes the data at `path`, those that can be trained from as they are among them, in the form to train from, to `output`
  /// and files beside it; `progress` is told how far it is.
  ///
  /// Throws what `open` throws, and `FileError`.
  package static func convert(
    _ path: String, to output: String, options: TableOptions, progress: StagingProgress? = nil
  ) throws -> TableSidecar {
    try StandardInput.with(path, directory: options.cache) { path in
      let paths = DataPath.list(path)
      return try TableStaging.stage(
        path, paths, options: options, to: output, sidecar: TableSidecar.path(beside: output),
        progress: progress
      ).sidecar
    }
  }

  /// Whether the data at `path` bring a part. Throws `DataError` where nothing recognises them.
  package static func brings(_ part: DataPart, at path: String, options: TableOptions) throws -> Bool {
    let paths = DataPath.list(path)
    return try openingReader(paths, options: options)?.brings(part, at: paths[0].file) ?? (part == .training)
  }

  /// The reader of data that are trained from as they are; nil for those that are staged.
  static func openingReader(_ paths: [DataPath], options: TableOptions) throws -> (any OpeningReader)? {
    let readers = try paths.map { try reader(for: $0, options: options) }
    guard readers.count == 1, !options.transpose, let reader = readers[0] as? any OpeningReader,
      try reader.isForm(paths[0].file)
    else { return nil }
    return reader
  }

  /// The reader of what is at a path. Throws `DataError` where there is none, or nothing, or it has no arrays in it.
  static func reader(for path: DataPath, options: TableOptions) throws -> any TableReader {
    let reader = try reader(for: path.file, format: options.format)
    guard path.array.isEmpty || reader.holdsArrays else {
      throw DataError.noArrays(path: path.file, array: path.array, format: reader.format)
    }
    return reader
  }

  private static func reader(for path: String, format: String) throws -> any TableReader {
    if !format.isEmpty {
      guard let reader = all.first(where: { $0.format == format }) else {
        throw DataError.unknownFormat(format, known: all.map(\.format))
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
