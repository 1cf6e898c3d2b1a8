import Foundation
import Tables
import Testing

@Suite("Tables that are written")
struct TableWriterTests {
  private let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  private static let rows: [[Float]] = [[1, 0.1], [-2.5e-7, .nan], [16_777_216, -0.0], [255, 1e30]]

  private func write(_ name: String, texts: [String]) throws -> String {
    let path = directory.file(name)
    let writer = try TableWriters.begin(
      path, TableHeading(texts: texts, names: ["plain", "with, \"both\""]))
    for (place, row) in Self.rows.enumerated() {
      try row.withUnsafeBufferPointer { try writer.append($0, texts: texts.map { "\($0),\(place)" }) }
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    try writer.finish()
    return path
  }

  @Test("Text reads back as the same floats, with names and identifiers")
  func text() throws {
    let path = try write("t.csv", texts: ["row", "kind"])
    #expect(
      String(decoding: try contents(of: path), as: UTF8.self) == """
        row,kind,plain,"with, ""both""\"
        "row,0","kind,0",1,0.1
        "row,1","kind,1",-2.5e-07,
        "row,2","kind,2",16777216.0,-0.0
        "row,3","kind,3",255,1e+30

        """)
    var options = TableOptions()
    options.cache = directory.file("cache")
    (options.columns.id, options.columns.label) = ("row", "kind")
    let part = try #require(try TableReaders.open(path, part: .training, options: options))
    #expect(part.table.schema.names == ["plain", "with, \"both\""])
    let values: [Float] = part.table.values(of: [0, 1, 2, 3], features: 0..<2)
    #expect(values.map(\.bitPattern) == Self.rows.joined().map(\.bitPattern))
  }

  @Test("A NumPy array of as many rows as came")
  func numpy() throws {
    let part = try #require(try TableReaders.open(try write("t.npy", texts: ["row"]), part: .training))
    #expect(part.table.rowCount == 4 && part.table.schema.featureCount == 2)
    let values: [Float] = part.table.values(of: [0, 1, 2, 3], features: 0..<2)
    #expect("\(values)" == "\(Array(Self.rows.joined()))")
  }

  @Test("What is not finished leaves nothing; a name that says no form is refused")
  func abandoned() throws {
    do {
      let writer = try TableWriters.begin(directory.file("t.csv"), TableHeading(names: ["a"]))
      try [Float(1)].withUnsafeBufferPointer { try writer.append($0, texts: []) }
    }
    #expect(try directory.names == [])
    #expect(throws: OutputFormError.self) { try TableWriters.begin("t.txt", TableHeading(names: ["a"])) }
  }
}
