import AtomicFile
import Foundation
import Testing

import Tables

@Suite("Staged tables")
struct StagingTests {
  private let directory: TemporaryDirectory
  private let options: TableOptions

  init() throws {
    directory = try TemporaryDirectory()
    var options = TableOptions()
    options.cache = directory.file("cache")
    self.options = options
  }

  private static let text = "id,a,b,kind\nx1,1,2,p\nx2,3,,q\nx3,5,6.5,p\n"

  private func open(_ path: String, _ change: (inout TableOptions) -> Void = { _ in }) throws -> TablePart {
    var options = options
    change(&options)
    return try #require(try TableReaders.open(path, part: .training, options: options))
  }

  private func chosen(_ options: inout TableOptions) { options.columns = .of(label: "kind", id: "id") }

  private func values(_ part: TablePart) -> [Float] {
    part.table.values(
      of: Array(0..<UInt32(part.table.rowCount)), features: 0..<part.table.schema.featureCount)
  }

  private var staged: [String] {
    get throws {
      // Where nothing could be staged there is no directory either.
      let cache = directory.file("cache")
      guard FileManager.default.fileExists(atPath: cache) else { return [] }
      return try FileManager.default.contentsOfDirectory(atPath: cache).sorted()
    }
  }

  @Test("groups are what stands before the last of a text, of a column of their own or of the identifiers")
  func grouping() throws {
    let ids = ["m1_a_1", "m2_1", "m1_a_2", "m2_2", "m3"]
    let rows = ids.enumerated().map { "\($1),\($0),\($0 % 2)" }.joined(separator: "\n")
    let path = try directory.write(Array("id,x,y\n\(rows)\n".utf8), as: "t.csv")
    for (id, group) in [("id", "id:_"), ("", "id:_"), ("id", "id:_1")] {
      let part = try open(path) { ($0.columns.id, $0.columns.group) = (id, group) }
      #expect(
        part.division.groups == (group == "id:_" ? [0, 1, 0, 1, 2] : [0, 1, 2, 3, 4]), "\(id) \(group)")
      #expect(part.table.schema.names == ["x", "y"])
    }
    // A column of that very name is meant first.
    let named = try directory.write(Array("s:_,x\na_1,1\na_2,2\n".utf8), as: "n.csv")
    #expect(try open(named) { $0.columns.group = "s:_" }.division.groups == [0, 1])
    #expect(throws: ColumnChoiceError.self) { try open(path) { $0.columns.group = "who:_" } }
    let bare = try directory.write(Array("m1_1,1,2\nm2_1,4,3\nm1_2,7,5\n".utf8), as: "b.csv")
    #expect(try open(bare) { ($0.columns.id, $0.columns.group) = ("0", "0:_") }.division.groups == [0, 1, 0])
    // Identifiers are no groups where the column of groups is another, which may be absent.
    let other = try open(path) {
      ($0.columns.id, $0.columns.group, $0.columns.isDivisionOptional) = ("id", "who", true)
    }
    #expect(other.division.groups == nil)
  }

  @Test("identifiers that begin alike are told of, unless rows are divided")
  func repeatedIdentifiers() throws {
    let rows = (0..<30).map { "m\($0 / 5)_\($0 % 5),\($0),\($0 * 7 % 11)" }.joined(separator: "\n")
    let path = try directory.write(Array("id,x,y\n\(rows)\n".utf8), as: "t.csv")
    let notes = try open(path) { $0.columns.id = "id" }.notes
    #expect(notes.contains { $0.contains("'m0_0', 'm0_1'") && $0.contains("--group 'id:_'") }, "\(notes)")
    #expect(try open(path) { ($0.columns.id, $0.columns.group) = ("id", "id:_") }.notes == [])
    let plain = (0..<30).map { "m_\($0),\($0),\($0 * 7 % 11)" }.joined(separator: "\n")
    let other = try directory.write(Array("id,x,y\n\(plain)\n".utf8), as: "o.csv")
    #expect(try open(other) { $0.columns.id = "id" }.notes == [])
  }

  @Test(
    "a table is staged with its names, labels, identifiers and what is missing", arguments: [false, true])
  func staging(zipped: Bool) throws {
    let bytes = Array(Self.text.utf8)
    let path = try directory.write(zipped ? gzip(bytes) : bytes, as: "t.csv")
    let part = try open(path, chosen)
    #expect("\(values(part))" == "[1.0, 2.0, 3.0, nan, 5.0, 6.5]")
    #expect(part.table.path == path)
    #expect(part.table.schema == TableSchema(count: 2, kind: .number, names: ["a", "b"]))
    #expect(part.target == .classes(codes: [0, 1, 0], names: ["p", "q"]))
    let json = try #require(try staged.first { $0.hasSuffix(".json") })
    let sidecar = try #require(TableSidecar.read(directory.file("cache/\(json)")))
    #expect(
      sidecar.missing == [0, 1] && sidecar.firstMissing?.row == 1 && sidecar.firstMissing?.feature == 1)
    #expect(sidecar.sources.map(\.sha256) == [ContentHashText.of(try contents(of: path))])
    let identifiers = directory.file("cache/\(try #require(sidecar.identifiers))")
    #expect(try String(contentsOfFile: identifiers, encoding: .utf8) == "x1\nx2\nx3\n")
  }

  @Test("a staged table is used again while the content and the options are the same")
  func reuse() throws {
    let path = try directory.write(Array(Self.text.utf8), as: "t.csv")
    let hash = try open(path, chosen).table.contentHash()
    let first = try staged
    #expect(try open(path, chosen).table.contentHash() == hash)
    #expect(try staged == first)
    // Written again, the same.
    try directory.write(Array(Self.text.utf8), as: "t.csv")
    _ = try open(path, chosen)
    #expect(try staged == first)
    // Other content under the same size: the old files go.
    try directory.write(Array(Self.text.replacingOccurrences(of: "1,2,p", with: "7,2,p").utf8), as: "t.csv")
    #expect(values(try open(path, chosen))[0] == 7)
    #expect(try staged != first && staged.count == first.count)
    // Other columns.
    _ = try open(path) { $0.columns = .of(label: "kind", exclude: ["id"]) }
    #expect(try staged.count == 2 * first.count - 1)
  }

  @Test("a staged table whose numbers are gone or cut is made again", arguments: [nil, 100])
  func damage(_ size: Int?) throws {
    let path = try directory.write(Array(Self.text.utf8), as: "t.csv")
    let expected = "\(values(try open(path, chosen)))"
    let data = directory.file(
      "cache/\(try #require(try staged.first { $0.hasSuffix(".npy") && !$0.hasSuffix("target.npy") }))")
    if let size { truncate(data, size) } else { try FileManager.default.removeItem(atPath: data) }
    #expect("\(values(try open(path, chosen)))" == expected)
  }

  @Test("a fault leaves nothing behind")
  func fault() throws {
    let path = try directory.write(Array((Self.text + "x4,1\n").utf8), as: "t.csv")
    #expect(message { _ = try open(path, chosen) }?.contains("t.csv, line 5") ?? false)
    #expect(try staged == [])
  }

  @Test("a converted table brings names and labels, and has the hash of the staged one")
  func conversion() throws {
    let path = try directory.write(Array(Self.text.utf8), as: "t.csv")
    var options = options
    chosen(&options)
    let output = directory.file("out.npy")
    let sidecar = try TableReaders.convert(path, to: output, options: options)
    #expect(sidecar.rows == 3 && sidecar.notes == [])
    #expect(try directory.names == ["out.ids", "out.json", "out.npy", "out.target.npy", "t.csv"])
    let converted = try open(output)
    let staged = try open(path, chosen)
    #expect(converted.table.schema == staged.table.schema && converted.target == staged.target)
    #expect(try converted.table.contentHash() == staged.table.contentHash())
  }

  @Test("labels are classes where they are text or few whole numbers, else values")
  func labels() throws {
    func target(_ labels: [String]) throws -> Target? {
      let path = try directory.write(Array("a,k\n\(labels.map { "1,\($0)\n" }.joined())".utf8), as: "t.csv")
      return try open(path) { $0.columns = .of(label: "k") }.target
    }
    #expect(try target(["10", "9", "10", "2"]) == .classes(codes: [2, 1, 2, 0], names: ["2", "9", "10"]))
    #expect(try target(["0.5", "1", "2"]) == .values([0.5, 1, 2]))
    #expect(try target(["1", "2", "x"]) == .classes(codes: [0, 1, 2], names: ["1", "2", "x"]))
    #expect(try target((0..<2_000).map(String.init)) == .values((0..<2_000).map(Float.init)))
  }

  @Test("features left without names go by the numbers of their columns")
  func numbers() throws {
    let path = try directory.write(Array("5,1,2\n6,7,1\n".utf8), as: "t.csv")
    #expect(try open(path).table.schema.names == nil)
    #expect(try open(path) { $0.columns = .of(label: "0") }.table.schema.names == ["1", "2"])
  }

  @Test("columns are listed in files")
  func lists() throws {
    let list = try directory.write(Array("a\r\nb\n\n".utf8), as: "list.txt")
    let path = try directory.write(Array("a,b,c\n1,2,3\n".utf8), as: "t.csv")
    #expect(try open(path) { $0.columns = .of(exclude: ["@\(list)"]) }.table.schema.names == ["c"])
    #expect(try open(path) { $0.columns = .of(include: ["@\(list)"]) }.table.schema.names == ["a", "b"])
    // The same option, another list: another table.
    try directory.write(Array("c\n".utf8), as: "list.txt")
    #expect(try open(path) { $0.columns = .of(include: ["@\(list)"]) }.table.schema.names == ["c"])
  }

  @Test("what takes long says how far it is, and not too often")
  func progress() {
    var lines: [String] = []
    let start = Date(timeIntervalSince1970: 0)
    let progress = StagingProgress("t.csv", at: start) { lines.append($0) }
    progress.total = 1_000
    for second in 0...16 { progress.note(40 * second, at: start.addingTimeInterval(Double(second))) }
    #expect(lines == ["reading t.csv: 24 %", "reading t.csv: 48 %"])
    progress.done = 900
    progress.note(500, at: start.addingTimeInterval(60))
    #expect(lines.last == "reading t.csv: 100 %")
  }
}

private enum ContentHashText {
  static func of(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes(ContentHash.text(of:)) }
}
