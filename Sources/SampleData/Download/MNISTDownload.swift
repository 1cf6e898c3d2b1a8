import Tables
import AtomicFile
import Foundation

/// Brings the files of MNIST into a directory, unpacked and verified, from another directory or from mirrors.
///
/// A file appears under its name only when its SHA-256 is the published one. Running again does what is left.
package struct MNISTDownload: Sendable {
  /// How long to go on when a transfer fails.
  package struct Patience: Sendable {
    /// Transfers from a mirror until it is given up.
    package var attempts = 5
    /// Seconds before the second transfer; each further one waits twice as long.
    package var pause = 1.0
    /// Seconds without a byte that end a transfer.
    package var stall = 6

    /// The usual patience.
    package init() {}
  }

  /// Where files come from.
  package enum Source: Sendable {
    /// A directory that has them, gzip or not.
    case directory(String)
    /// Addresses of directories with the .gz files, tried in turn.
    case mirrors([String])
  }

  /// Public copies of MNIST.
  package static let mirrors = [
    "https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/",
  ]

  private let output: String
  private let source: Source
  private let files: [PublishedFile]
  private let patience: Patience
  private let report: @Sendable (String) -> Void

  /// Brings `files` from `source` into the directory `output`, telling `report` a line for each thing done.
  package init(
    output: String, source: Source = .mirrors(MNISTDownload.mirrors),
    files: [PublishedFile] = PublishedFile.mnist, patience: Patience = Patience(),
    report: @escaping @Sendable (String) -> Void
  ) {
    self.output = output
    self.source = source
    self.files = files
    self.patience = patience
    self.report = report
  }

  /// Reads an address given by a user; throws `SampleDataError.badMirror` unless it is http or https with a host.
  package static func mirror(_ text: String) throws -> String {
    guard let url = URL(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
      let host = url.host, !host.isEmpty
    else { throw SampleDataError.badMirror(text) }
    return text.hasSuffix("/") ? text : text + "/"
  }

  /// Does all that is left to do; blocks until then.
  ///
  /// Throws `SampleDataError` or `DataError` when a file under a wanted name is another, `--from` lacks or damages
  /// one, no mirror gives one; `FileError` when the directory cannot be written.
  package func run() throws {
    let missing = try files.filter { file in
      guard IDXFileNames.find(anyOf: [file.name], in: output) != nil else { return true }
      // Whatever it is, it is not ours to overwrite.
      try verify(place(of: file.name), as: file, remedy: "move it away, or choose another --output")
      report("\(place(of: file.name)): already there, verified")
      return false
    }
    // A complete directory need not be writable.
    guard !missing.isEmpty else { return }
    let isNew = access(output, F_OK) != 0
    try Directory.make(output)
    // Nothing stays of a fruitless attempt; a directory with files in it is not removed.
    defer { if isNew { rmdir(output) } }
    for file in missing {
      switch source {
      case .directory(let directory): try take(file, from: directory)
      case .mirrors(let mirrors): try fetch(file, from: mirrors)
      }
    }
  }

  private func place(of name: String) -> String {
    URL(fileURLWithPath: output).appendingPathComponent(name).path
  }

  private func take(_ file: PublishedFile, from directory: String) throws {
    let names = IDXFileNames.names(of: file.name)
    guard let path = IDXFileNames.find(anyOf: names, in: directory) else {
      throw SampleDataError.notInSource(directory: directory, lookedFor: names)
    }
    try install(path, as: file, remedy: "give a directory with the files of MNIST as --from")
    report("\(place(of: file.name)): copied from \(path), verified")
  }

  /// Takes `file` from the first mirror that gives it whole, going on where an earlier transfer stopped.
  private func fetch(_ file: PublishedFile, from mirrors: [String]) throws {
    let name = "\(file.name).gz"
    let part = try PartFile(place(of: "\(name).part"), limit: file.size + file.size / 1000 + 1024)
    defer { if part.count == 0 { part.remove() } }
    var failures: [String] = []
    var isOffline = true
    for url in mirrors.map({ $0 + name }) {
      var damaged = 0
      for attempt in 1...patience.attempts {
        report("\(url): fetching" + (part.count > 0 ? ", from byte \(part.count)" : ""))
        let transfer = try part.fetch(url, stall: patience.stall) { report("\(url): \($0 / 1000) kB") }
        isOffline = isOffline && !transfer.hasAnswer
        var reason = transfer.reason
        if transfer.end == .complete {
          do {
            try install(part.path, as: file, remedy: "")
            report("\(place(of: file.name)): fetched, unpacked, verified")
            return part.remove()
          } catch let error where error is DataError || error is SampleDataError {
            reason = "\(error)"
            damaged += 1
          }
        }
        if transfer.end == .complete || transfer.end == .unusable { try part.clear() }
        // The rest of an old file may not fit this one; damaged twice, it is the mirror's own.
        if transfer.end == .refused || damaged == 2 || attempt == patience.attempts {
          failures.append("\(url): \(reason)")
          break
        }
        let pause = patience.pause * Double(1 << (attempt - 1))
        report("\(url): \(reason); again in \(pause.formatted()) s")
        Thread.sleep(forTimeInterval: pause)
      }
    }
    throw SampleDataError.download(file: name, failures: failures, offline: isOffline)
  }

  /// Unpacks the file at `path`, if it is gzip, to the name of `file` in the output directory.
  private func install(_ path: String, as file: PublishedFile, remedy: String) throws {
    try AtomicFile.write(to: place(of: file.name)) { result in
      try verify(path, as: file, remedy: remedy) { try result.append($0) }
    }
  }

  private func verify(
    _ path: String, as file: PublishedFile, remedy: String,
    _ body: (UnsafeRawBufferPointer) throws -> Void = { _ in }
  ) throws {
    var hash = ContentHash()
    var size = 0
    try InputFile(path).forEachPiece { piece in
      size += piece.count
      guard size <= file.size else {
        throw SampleDataError.notPublished(
          path: path, why: "it has more than \(file.size) bytes", remedy: remedy)
      }
      hash.update(piece)
      try body(piece)
    }
    guard hash.text == file.hash else {
      throw SampleDataError.notPublished(
        path: path, why: "SHA-256 is \(hash.text), should be \(file.hash)", remedy: remedy)
    }
  }
}
