import Foundation
import SampleData
import Synchronization
import Tables
import Testing

/// Mirrors that behave so, in this order, with so much of the file received before; what happens.
struct TransferCase: CustomTestStringConvertible, Sendable {
  let mirrors: [String]
  var before: Before = .nothing
  /// Behaviour and range of each request.
  let requests: [String]
  /// Nil when the file must arrive, else parts of the message.
  var fails: [String]?
  /// Whether what was received stays for another run.
  var keepsPart = false

  enum Before { case nothing, third, all, more, otherContent }

  var testDescription: String { "\(mirrors.joined(separator: ", ")) after \(before)" }

  static let size = 300_059  // of the .gz
  static let all: [TransferCase] = [
    TransferCase(mirrors: ["whole"], requests: ["whole"]),
    TransferCase(mirrors: ["plain"], requests: ["plain"]),
    TransferCase(mirrors: ["whole"], before: .third, requests: ["whole bytes=\(size / 3)-"]),
    TransferCase(mirrors: ["whole"], before: .all, requests: ["whole bytes=\(size)-"]),
    TransferCase(mirrors: ["whole"], before: .more, requests: ["whole bytes=\(size + 1)-", "whole"]),
    TransferCase(mirrors: ["whole"], before: .otherContent, requests: ["whole bytes=1000-", "whole"]),
    TransferCase(
      mirrors: ["cut"],
      requests: ["cut"] + (1...3).map { "cut bytes=\(size / 3 * $0)-" }),
    TransferCase(mirrors: ["no-range"], requests: ["no-range", "no-range bytes=\(size / 3)-", "no-range"]),
    TransferCase(mirrors: ["unsized"], requests: ["unsized", "unsized"]),
    TransferCase(
      mirrors: ["other-range"], requests: ["other-range", "other-range bytes=\(size / 3)-", "other-range"]),
    TransferCase(mirrors: ["stall"], requests: ["stall", "stall bytes=\(size / 2)-"]),
    TransferCase(mirrors: ["busy-once"], requests: ["busy-once", "busy-once"]),
    TransferCase(mirrors: ["corrupt-once"], requests: ["corrupt-once", "corrupt-once"]),
    TransferCase(mirrors: ["missing", "whole"], requests: ["missing", "whole"]),
    TransferCase(mirrors: ["corrupt", "whole"], requests: ["corrupt", "corrupt", "whole"]),
    TransferCase(mirrors: ["page", "whole"], requests: ["page", "page", "whole"]),
    TransferCase(mirrors: ["silent", "whole"], requests: ["silent", "whole"]),
    TransferCase(mirrors: ["endless", "whole"], requests: ["endless", "whole"]),
    TransferCase(
      mirrors: ["missing", "busy"], requests: ["missing", "busy", "busy", "busy", "busy"],
      fails: ["no mirror gave train-images-idx3-ubyte.gz", "HTTP 404", "HTTP 503", "--from DIR"]),
    TransferCase(
      mirrors: ["corrupt"], requests: ["corrupt", "corrupt"],
      fails: ["no mirror gave", "incorrect data check"]),
    TransferCase(
      mirrors: ["page"], requests: ["page", "page"], fails: ["no mirror gave", "not the published file"]),
    TransferCase(
      mirrors: ["busy"], before: .third,
      requests: (1...4).map { _ in "busy bytes=\(size / 3)-" },
      fails: ["no mirror gave", "HTTP 503", "kept and resumed"], keepsPart: true),
    TransferCase(
      mirrors: ["silent"], requests: ["silent"], fails: ["no mirror can be reached", "too slow"]),
  ]
}

@Suite struct MNISTDownloadTests {
  static let name = "train-images-idx3-ubyte"
  static let content: [UInt8] = {
    var state: UInt32 = 1
    return idx(
      [300, 10, 100],
      (0..<300_000).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(state >> 24)
      })
  }()

  private let served: TemporaryDirectory
  private let output: TemporaryDirectory
  private let file: PublishedFile

  init() throws {
    served = try TemporaryDirectory()
    output = try TemporaryDirectory()
    try served.write(gzip(Self.content), as: "\(Self.name).gz")
    let path = try served.write(Self.content, as: Self.name)
    file = PublishedFile(
      name: Self.name, hash: try IDXFile(path: path).contentHash(), size: Self.content.count)
  }

  private func download(
    from source: MNISTDownload.Source, report: @escaping @Sendable (String) -> Void = { _ in }
  ) -> MNISTDownload {
    var patience = MNISTDownload.Patience()
    (patience.attempts, patience.pause, patience.stall) = (4, 0.01, 2)
    return MNISTDownload(
      output: output.path, source: source, files: [file], patience: patience, report: report)
  }

  @Test(.enabled(if: MirrorServer.canRun, "needs python3 to serve files"), arguments: TransferCase.all)
  func transfers(_ transfer: TransferCase) throws {
    let server = try MirrorServer(serving: served)
    let zipped = gzip(Self.content)
    #expect(zipped.count == TransferCase.size)
    let part = "\(Self.name).gz.part"
    switch transfer.before {
    case .nothing: break
    case .third: try output.write(Array(zipped.prefix(TransferCase.size / 3)), as: part)
    case .all: try output.write(zipped, as: part)
    case .more: try output.write(zipped + [0], as: part)
    case .otherContent: try output.write([UInt8](repeating: 1, count: 1000), as: part)
    }
    let text = message { try download(from: .mirrors(transfer.mirrors.map(server.mirror))).run() }
    let requests = try server.requests.map {
      $0.dropFirst().replacingOccurrences(of: "/\(Self.name).gz", with: "")
    }
    #expect(requests == transfer.requests)
    if let fails = transfer.fails {
      let text = try #require(text)
      for says in fails + transfer.mirrors.map({ server.mirror($0) + Self.name }) {
        #expect(text.contains(says), "\(text)")
      }
      #expect(try output.names == (transfer.keepsPart ? [part] : []))
    } else {
      #expect(text == nil)
      #expect(try output.names == [Self.name])
      #expect(try contents(of: output.file(Self.name)) == Self.content)
    }
  }

  /// A port nobody listens at stands in for no network.
  @Test func saysThatThereIsNoNetwork() throws {
    let lines = Mutex<[String]>([])
    let mirrors = ["http://127.0.0.1:1/a/", "http://127.0.0.1:1/b/"]
    let text = try #require(
      message {
        try download(from: .mirrors(mirrors)) { line in lines.withLock { $0.append(line) } }.run()
      })
    for says in ["no mirror can be reached", "a/\(Self.name).gz", "b/\(Self.name).gz", "cae data synthetic"] {
      #expect(text.contains(says))
    }
    // Each is asked once: nobody waits for what is not there.
    #expect(lines.withLock { $0 } == mirrors.map { "\($0)\(Self.name).gz: fetching" })
    #expect(try output.names.isEmpty)
  }

  @Test(arguments: [Self.name, "\(Self.name).gz", "train-images.idx3-ubyte", "train-images.idx3-ubyte.gz"])
  func takesFromADirectory(name: String) throws {
    let source = try TemporaryDirectory()
    try source.write(name.hasSuffix("gz") ? gzip(Self.content) : Self.content, as: name)
    try download(from: .directory(source.path)).run()
    #expect(try contents(of: output.file(Self.name)) == Self.content)
    #expect(try output.names == [Self.name])
  }

  @Test func refusesWrongSources() throws {
    let source = try TemporaryDirectory()
    var text = try #require(message { try download(from: .directory(source.path)).run() })
    #expect(text.contains(source.path) && text.contains("\(Self.name), train-images.idx3-ubyte"))
    let cases: [([UInt8], String)] = [
      (Self.content.dropLast() + [0], "not the published file: SHA-256"),
      (Self.content + [0], "more than 300016 bytes"),
      (gzip(Self.content).dropLast(9), "gzip"),
      ([], "is empty"),
    ]
    for (bytes, says) in cases {
      try source.write(bytes, as: Self.name)
      text = try #require(message { try download(from: .directory(source.path)).run() })
      #expect(text.contains(source.file(Self.name)) && text.contains(says))
      #expect(try output.names.isEmpty)
    }
  }

  @Test func leavesVerifiedFilesAndRefusesOthers() throws {
    let lines = Mutex<[String]>([])
    let nowhere = MNISTDownload.Source.directory(output.file("none"))
    let path = try output.write(Self.content, as: Self.name)
    try download(from: nowhere, report: { line in lines.withLock { $0.append(line) } }).run()
    #expect(lines.withLock { $0 } == ["\(path): already there, verified"])
    try output.write([1, 2, 3], as: Self.name)
    let text = try #require(message { try download(from: nowhere).run() })
    #expect(text.contains(path) && text.contains("SHA-256") && text.contains("move it away"))
    #expect(try contents(of: path) == [1, 2, 3])
  }

  @Test func refusesASecondProcess() throws {
    let part = try output.write([], as: "\(Self.name).gz.part")
    let descriptor = open(part, O_RDWR)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX) == 0)
    let text = try #require(message { try download(from: .mirrors([])).run() })
    #expect(text.contains(part) && text.contains("another process"))
  }

  @Test(arguments: ["", "mirror", "ftp://a/b", "file:///tmp", "http://", "https:///x"])
  func refusesMirror(text: String) throws {
    let found = try #require(message { _ = try MNISTDownload.mirror(text) })
    #expect(found.contains("mirror \(text)") && found.contains("http://"))
  }

  @Test func takesMirrorsWithAndWithoutASlash() throws {
    for text in ["http://a.b:80/c", "https://a.b/c/"] {
      #expect(try MNISTDownload.mirror(text) == (text.hasSuffix("/") ? text : text + "/"))
    }
  }
}
