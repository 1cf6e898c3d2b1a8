import AtomicFile
import Foundation
import Tables

/// Brings the files of MNIST into a directory, unpacked and verified, from another directory or from mirrors.
///
/// A file appears under its name only when its SHA-256 is the published one. Running again does what is left.
public struct MNISTDownload: Sendable {
  /// Where files come from.
  public enum Source: Sendable {
    /// A directory that has them, gzip or not.
    case directory(String)
    /// Addresses that `name`.gz is appended to, tried in turn.
    case mirrors([URL])
  }

  /// How long to go on when a transfer fails.
  public struct Patience: Sendable {
    /// Failures in a row, without a byte gained, after which a mirror is given up.
    public var failures = 4
    /// Seconds before the first repetition; each further one waits twice as long.
    public var pause = 1.0
    /// Seconds without a byte after which a transfer counts as failed.
    public var silence = 6.0

    /// The usual patience.
    public init() {}
  }

  /// Public copies of MNIST.
  public static let mirrors = [
    URL(string: "https://ossci-datasets.s3.amazonaws.com/mnist/")!,
    URL(string: "https://storage.googleapis.com/cvdf-datasets/mnist/")!,
  ]

  let output: String
  let source: Source
  let files: [PublishedFile]
  let patience: Patience
  let report: @Sendable (String) -> Void

  /// Brings `files` from `source` into the directory `output`, telling `report` a line for each thing done.
  public init(
    output: String, source: Source = .mirrors(MNISTDownload.mirrors),
    files: [PublishedFile] = PublishedFile.mnist,
    patience: Patience = Patience(), report: @escaping @Sendable (String) -> Void
  ) {
    self.output = output
    self.source = source
    self.files = files
    self.patience = patience
    self.report = report
  }

  /// Reads an address given by a user; throws `DataError.badMirror` unless it is http or https with a host.
  public static func mirror(_ text: String) throws -> URL {
    guard let url = URL(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
      let host = url.host, !host.isEmpty
    else { throw DataError.badMirror(text) }
    return url
  }

  /// Does all that is left to do; blocks until then.
  ///
  /// Throws `DataError` when a file under a wanted name is another, `--from` lacks or damages one, no mirror
  /// gives one; `FileError` when the directory cannot be written.
  public func run() throws {
    var missing: [PublishedFile] = []
    for file in files {
      let path = place(of: file.name)
      guard MNISTDataset.find(anyOf: [file.name], in: output) != nil else {
        missing.append(file)
        continue
      }
      // Whatever it is, it is not ours to overwrite.
      try verify(path, as: file, remedy: "move it away, or choose another --output")
      report("\(path): already there, verified")
    }
    // A complete directory need not be writable.
    guard !missing.isEmpty else { return }
    let isNew = access(output, F_OK) != 0
    try Directory.make(output)
    // Nothing stays of a fruitless attempt; a directory with files in it is not removed.
    defer { if isNew { rmdir(output) } }
    var mirrors = MirrorList(source)
    for file in missing {
      switch source {
      case .directory(let directory): try take(file, from: directory)
      case .mirrors: try fetch(file, from: &mirrors)
      }
    }
  }

  func place(of name: String) -> String {
    URL(fileURLWithPath: output).appendingPathComponent(name).path
  }

  /// Unpacks the file at `path`, if it is gzip, to the name of `file` in the output directory.
  ///
  /// Throws `DataError.wrongHash`, `.oversized` or `.gzip` and leaves nothing behind when it is another one;
  /// `FileError` when it cannot be written.
  func install(_ path: String, as file: PublishedFile, remedy: String) throws {
    let result = try AtomicFile(place(of: file.name))
    try verify(path, as: file, remedy: remedy) { try result.append($0) }
    try result.commit()
  }

  private func take(_ file: PublishedFile, from directory: String) throws {
    let names = MNISTDataset.names(of: file.name)
    guard let path = MNISTDataset.find(anyOf: names, in: directory) else {
      throw DataError.notInSource(directory: directory, lookedFor: names)
    }
    try install(path, as: file, remedy: "give a directory with the files of MNIST as --from")
    report("\(place(of: file.name)): copied from \(path), verified")
  }

  private func verify(
    _ path: String, as file: PublishedFile, remedy: String,
    _ body: (UnsafeRawBufferPointer) throws -> Void = { _ in }
  ) throws {
    var hash = ContentHash()
    var size = 0
    try InputFile(path).forEachPiece { piece in
      size += piece.count
      guard size <= file.size else { throw DataError.oversized(path: path, limit: file.size, remedy: remedy) }
      hash.update(piece)
      try body(piece)
    }
    let found = hash.text
    guard found == file.hash else {
      throw DataError.wrongHash(path: path, expected: file.hash, found: found, remedy: remedy)
    }
  }
}
