import AtomicFile
import Foundation

/// A reader of a format that cannot be trained from as it is: its rows are streamed once into a staged table.
protocol StreamingReader: TableReader {
  /// Passes the rows of `file` to what `begin` returns for the table's columns, and returns what was found out and is not
  /// plain, for the user.
  func stream(
    _ file: InputFile, options: TableOptions, begin: (TableColumns) throws -> any RowSink
  ) throws -> [String]
}

extension StreamingReader {
  package func open(_ path: String, part: DataPart, options: TableOptions) throws -> TablePart? {
    guard part == .training else { return nil }
    return try cached(path, options: options).open()
  }

  /// The staged table of `path` in the cache, made if it is not there or the source has changed.
  func cached(_ path: String, options: TableOptions) throws -> StagedTable {
    let file = try InputFile(path)
    let name = try options.cacheName(of: path)
    let place = "\(options.cache)/\(name).json"
    var known = StagedTable(sidecar: place)
    if try known?.isCurrent(file) ?? false { return known! }
    let isNew = !FileManager.default.fileExists(atPath: options.cache)
    try Directory.make(options.cache)
    // A name of its own: who works with the old table keeps it.
    let suffix = String(UInt32.random(in: 0 ... .max), radix: 36)
    let staged: StagedTable
    do {
      staged = try stage(
        file, options: options, to: "\(options.cache)/\(name)-\(suffix).npy", sidecar: place)
    } catch {
      // A directory that was made for nothing goes; rmdir leaves one that something is in.
      if isNew { rmdir(options.cache) }
      throw error
    }
    known?.removeFiles()
    return staged
  }

  /// Reads `file` into a staged table at `path`. Throws what reading and writing throw; then nothing is left.
  func stage(
    _ file: InputFile, options: TableOptions, to path: String, sidecar place: String
  ) throws -> StagedTable {
    let stamp = try file.stamp()
    var writer: StagedTableWriter?
    var notes: [String] = []
    let hash = try file.hashContent {
      notes = try stream(file, options: options) { columns in
        let made = try StagedTableWriter(path, schema: columns.schema, roles: columns.roles)
        writer = made
        return made
      }
    }
    guard let writer, try file.stamp() == stamp else { throw StagingError.changed(path: file.path) }
    let sidecar = try writer.finish(
      sidecar: place, source: .init(path: file.path, stamp: stamp, sha256: hash),
      options: try options.content(),
      notes: notes)
    return StagedTable(sidecar, at: place)
  }
}

extension TableOptions {
  /// What the content of a staged table depends on.
  func content() throws -> TableOptions {
    var copy = self
    copy.columns.include = try columns.include.expanded()
    copy.columns.exclude = try columns.exclude.expanded()
    copy.cache = ""
    copy.format = ""
    copy.columns.isLabelOptional = false
    return copy
  }

  /// What the staged table of `path` is called: it differs where path or options do.
  fileprivate func cacheName(of path: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let full = URL(fileURLWithPath: path).standardizedFileURL.path
    let options = try encoder.encode(content())
    let key = (Data(full.utf8) + [0] + options).withUnsafeBytes(ContentHash.text)
    return "\(StagedTableWriter.name(path).prefix(100))-\(key.prefix(12))"
  }
}
