import AtomicFile
import Foundation

/// Tables that are read once into the form to train from, and kept in a cache.
enum TableStaging {
  /// The staged table of the data at `paths` in the cache, made if it is not there or they have changed.
  static func cached(
    _ text: String, _ paths: [DataPath], options: TableOptions, progress: StagingProgress? = nil
  ) throws -> StagedTable {
    let files = try paths.map { path in
      guard let file = try path.open() else { throw DataError.directory(path: path.file) }
      return file
    }
    let name = try cacheName(of: paths, options)
    let place = "\(options.cache)/\(name).json"
    var known = StagedTable(sidecar: place)
    if try known?.isCurrent(files) ?? false { return known! }
    let staged = try inDirectory(options.cache) {
      // A name of its own: who works with the old table keeps it.
      let suffix = String(UInt32.random(in: 0 ... .max), radix: 36)
      return try stage(
        text, paths, options: options, to: "\(options.cache)/\(name)-\(suffix).npy", sidecar: place,
        progress: progress)
    }
    known?.removeFiles()
    return staged
  }

  /// Makes a directory for `body`; one that was made for nothing goes again.
  static func inDirectory<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    let isNew = !FileManager.default.fileExists(atPath: path)
    try Directory.make(path)
    do {
      return try body()
    } catch {
      // rmdir leaves one that something is in.
      if isNew { rmdir(path) }
      throw error
    }
  }

  /// Reads the data at `paths`, called `text`, into a staged table at `path`. Throws what reading and writing throw; then
  /// nothing is left.
  static func stage(
    _ text: String, _ paths: [DataPath], options: TableOptions, to path: String, sidecar place: String,
    progress: StagingProgress? = nil
  ) throws -> StagedTable {
    var writer: StagedTableWriter?
    var sources: [TableSidecar.Source] = []
    progress?.total = paths.reduce(0) { $0 + ((try? InputFile($1.file))?.count ?? 0) }
    func watch(_ path: DataPath, _ read: (InputFile?) throws -> Void) throws {
      // A directory brings several files; it is trained from as it is, and converted by name alone.
      guard let file = try path.open() else { return try read(nil) }
      file.progress = progress
      sources.append(try .init(reading: file) { try read(file) })
      progress?.done += file.count
    }
    let notes = try TableReaders.stream(paths, options: options, watch: watch) { columns in
      let made = try StagedTableWriter(path, columns: columns, choice: options.columns)
      writer = made
      return made
    }
    guard let writer else { throw StagingError.changed(path: text) }
    let sidecar = try writer.finish(
      sidecar: place, path: text, sources: sources, options: try options.content(), notes: notes)
    return StagedTable(sidecar, at: place)
  }

  /// What the staged table of `paths` is called: it differs where paths or options do.
  private static func cacheName(of paths: [DataPath], _ options: TableOptions) throws -> String {
    let full = paths.map(\.absolute).joined(separator: "\0")
    let key = ContentHash.text(of: full + "\0" + (try options.contentText()))
    return "\(StagedTableWriter.name(paths[0].file).prefix(100))-\(key.prefix(12))"
  }
}
