import AtomicFile
import Foundation
import SelectionReport
import Testing

@Suite("Report files: whole or as before, with errors that help")
struct ReportFileTests {
  static let selection = Selection(indices: [1], probabilities: [1], featureCount: 2)

  /// A canvas that does not compress: bytes from a linear congruential generator.
  static func noise(width: Int, height: Int, seed: UInt64 = 7) -> Canvas {
    var state = seed
    var canvas = Canvas(width: width, height: height)
    for y in 0..<height {
      for x in 0..<width {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        canvas[x, y] = Color(UInt8(state >> 56), UInt8(state >> 48 & 255), UInt8(state >> 40 & 255))
      }
    }
    return canvas
  }

  @Test("PNG keeps every byte", arguments: [(1, 1), (3, 2), (257, 129), (1, 700), (900, 1), (400, 400)])
  func roundTrip(width: Int, height: Int) throws {
    let directory = try ReportDirectory()
    let canvas = Self.noise(width: width, height: height)
    try canvas.write(png: directory.file("noise.png"))
    let read = try ReadPNG(directory.file("noise.png"))
    #expect(read.width == width)
    #expect(read.height == height)
    #expect(read.bytes == canvas.bytes)
    #expect(try directory.names() == ["noise.png"])
  }

  @Test("CSV and PNG replace what was there and leave nothing beside it")
  func replaces() throws {
    let directory = try ReportDirectory()
    for name in ["a.csv", "a.png"] {
      try Data(repeating: 65, count: 100_000).write(to: directory.file(name))
    }
    try Self.selection.write(csv: directory.file("a.csv"))
    try Canvas(width: 2, height: 2).write(png: directory.file("a.png"))
    #expect(try String(contentsOf: directory.file("a.csv"), encoding: .utf8) == Self.selection.csv())
    #expect(try ReadPNG(directory.file("a.png")).width == 2)
    #expect(try directory.names() == ["a.csv", "a.png"])
  }

  @Test("what cannot be written is named, with what to do, by every format")
  func missingDirectory() throws {
    let directory = try ReportDirectory()
    let url = directory.file("none/file")
    let writes: [() throws -> Void] = [
      { try Self.selection.write(csv: url) }, { try Canvas(width: 2, height: 2).write(png: url) },
    ]
    for write in writes {
      let error = #expect(throws: FileError.self) { try write() }
      #expect(error?.path == url.path)
      #expect(error?.code == ENOENT)
      #expect(error?.description.contains("the directory it lies in") == true)
    }
    #expect(try directory.names().isEmpty)
  }

  @Test("a directory in place of the file stays, and no temporary file is left")
  func directoryAsFile() throws {
    let directory = try ReportDirectory()
    let url = directory.file("selected.csv")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    let error = #expect(throws: FileError.self) { try Self.selection.write(csv: url) }
    #expect(error == FileError("write", path: url.path, code: EISDIR))
    #expect(try directory.names() == ["selected.csv"])
  }

  @Test("a picture too wide for libpng gives its reason and touches nothing")
  func tooWide() throws {
    let directory = try ReportDirectory()
    let url = directory.file("wide.png")
    try Data("before".utf8).write(to: url)
    let canvas = Canvas(width: 1_000_001, height: 1)
    let error = #expect(throws: ReportError.self) { try canvas.write(png: url) }
    guard case .cannotEncode(url.path, 1_000_001, 1, let reason) = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(!reason.isEmpty)
    #expect(error?.description.contains("1000001 x 1 pixels: \(reason). Show fewer") == true)
    #expect(try Data(contentsOf: url) == Data("before".utf8))
    #expect(try directory.names() == ["wide.png"])
  }
}
