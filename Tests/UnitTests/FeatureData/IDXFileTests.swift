import Foundation
import Tables
import Testing

/// Content that must be refused, and what the message must say beside the file's name.
struct BadContent: CustomTestStringConvertible, Sendable {
  let what: String
  let bytes: [UInt8]
  let says: [String]

  var testDescription: String { what }

  static let all: [BadContent] = {
    let good = idx([3, 4, 5])
    let zipped = gzip(good)
    var corrupt = zipped
    corrupt[30] ^= 0x40
    var badBlock = zipped
    badBlock[10] = 7  // a block of the reserved type
    return [
      BadContent("empty", [], "is empty"),
      BadContent("gzip of nothing", gzip([]), "is empty"),
      BadContent("3 bytes", [0, 0, 8], "inside its header", "3 bytes of 4"),
      BadContent("header cut", Array(good.prefix(11)), "inside its header", "11 bytes of 16"),
      BadContent("gzip of a header cut", gzip(Array(good.prefix(11))), "inside its header", "11 bytes of 16"),
      BadContent("wrong magic", [1, 2, 8, 3] + good.dropFirst(4), "not an IDX file", "01 02 08 03"),
      BadContent("unknown type", idx([2], [1, 2], type: 0x0A), "not an IDX file", "00 00 0a 01"),
      BadContent("web page", Array("\n<!doctype html>".utf8), "not an IDX file", "web page"),
      BadContent("zip archive", Array("PK\u{3}\u{4}....".utf8), "not an IDX file", "zip archive"),
      BadContent("no dimensions", [0, 0, 8, 0], "0 dimensions"),
      BadContent("a zero dimension", idx([3, 0, 5]), "dimension 1 is 0", "3 x 0 x 5"),
      BadContent(
        "overflow", [0, 0, 8, 3] + [UInt8](repeating: 255, count: 12), "more than can be addressed",
        "4294967295 x 4294967295 x 4294967295"),
      BadContent(
        "overflow by a hair", idx([1 << 31, 1 << 31, 2], []), "more than can be addressed"),
      BadContent("truncated", good.dropLast(1), "cut short", "3 x 4 x 5", "76 bytes", "75"),
      BadContent("trailing byte", good + [0], "too long", "3 x 4 x 5", "76 bytes", "77"),
      BadContent("gzip of truncated", gzip(good.dropLast(1)), "cut short", "76 bytes", "75"),
      BadContent("gzip of trailing byte", gzip(good + [0]), "too long", "76 bytes"),
      BadContent(
        "gzip of a huge header", gzip(idx([1 << 31, 1 << 20], [])), "cut short", "far fewer"),
      BadContent("gzip header alone", [0x1f, 0x8b], "gzip", "ends before the compressed data does"),
      BadContent("gzip cut short", zipped.dropLast(30), "gzip", "ends before the compressed data does"),
      BadContent("gzip without its check", zipped.dropLast(5), "gzip", "ends before"),
      BadContent("gzip with a changed byte", corrupt, "gzip", "incorrect data check"),
      BadContent("gzip with a bad block", badBlock, "gzip", "invalid block type"),
      BadContent("gzip and more", zipped + [1, 2, 3], "gzip", "incorrect header check"),
    ]
  }()

  init(_ what: String, _ bytes: some Sequence<UInt8>, _ says: String...) {
    self.what = what
    self.bytes = Array(bytes)
    self.says = says
  }
}

@Suite struct IDXFileTests {
  @Test(arguments: BadContent.all) func refuses(_ bad: BadContent) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(bad.bytes, as: "f")
    let text = try #require(message { _ = try IDXFile(path: path) })
    #expect(text.contains(path))
    for part in bad.says { #expect(text.contains(part)) }
    #expect(try contents(of: path) == bad.bytes)
  }

  @Test func refusesWhatIsNoFile() throws {
    let directory = try TemporaryDirectory()
    #expect(mkfifo(directory.file("pipe"), 0o600) == 0)
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("loop"), withDestinationPath: directory.file("loop"))
    let cases = [
      ("none", "no such file"), ("none/deeper", "no such file"), ("", "is a directory"),
      ("pipe", "not a regular file"), ("loop", "cannot be read: Too many levels"),
    ]
    for (name, says) in cases {
      let text = try #require(message { _ = try IDXFile(path: directory.file(name)) })
      #expect(text.contains(directory.file(name)) && text.contains(says), "\(name)")
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may read every file"))
  func refusesUnreadableFile() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(idx([2]), as: "f")
    #expect(chmod(path, 0) == 0)
    let text = try #require(message { _ = try IDXFile(path: path) })
    #expect(text.contains(path) && text.contains("Permission denied"))
  }

  /// Sizes on both sides of the pieces that gzip is unpacked in, and several members.
  @Test(arguments: [1, 255, 262_127, 262_128, 262_129, 524_272, 1_000_003])
  func readsTheSameBytesUnpackedAndGzipped(count: Int) throws {
    let directory = try TemporaryDirectory()
    let bytes = idx([count, 1, 1])
    let plain = try IDXFile(path: directory.write(bytes, as: "plain.gz"))
    let zipped = try IDXFile(path: directory.write(gzip(bytes), as: "zipped"))
    let cut = count / 2
    let members = try IDXFile(
      path: directory.write(gzip(Array(bytes[..<cut])) + gzip(Array(bytes[cut...])), as: "members"))
    #expect(!plain.isCompressed && zipped.isCompressed && members.isCompressed)
    for file in [plain, zipped, members] {
      #expect(file.dimensions == [count, 1, 1])
      #expect(file.withUnsafeBytes(Array.init) == Array(bytes[16...]))
      #expect(file.contentHash() == plain.contentHash())
    }
  }

  @Test func hashIsThatOfTheWholeFile() throws {
    let directory = try TemporaryDirectory()
    // sha256sum of 00 00 08 01 00 00 00 03 01 02 03
    let file = try IDXFile(path: directory.write(idx([3], [1, 2, 3]), as: "f"))
    #expect(file.contentHash() == "398a8a7fbd9531f1d9aa2ae368533e137cb53c202c3665f25affcf1ca88844ab")
  }

  @Test func openFileSurvivesBeingReplaced() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(idx([3], [1, 2, 3]), as: "f")
    let file = try IDXFile(path: path)
    try IDXWriter(path: path, dimensions: [2], bytes: [9, 9]).commit()
    #expect(file.withUnsafeBytes(Array.init) == [1, 2, 3])
    #expect(try IDXFile(path: path).withUnsafeBytes(Array.init) == [9, 9])
  }

  @Test func readOfAFileWithEveryDimensionCount() throws {
    let directory = try TemporaryDirectory()
    for rank in [1, 2, 3, 4, 255] {
      var dimensions = [Int](repeating: 1, count: rank)
      dimensions[rank - 1] = 7
      let file = try IDXFile(path: directory.write(idx(dimensions), as: "f"))
      #expect(file.dimensions == dimensions && file.count == 7)
    }
  }
}
