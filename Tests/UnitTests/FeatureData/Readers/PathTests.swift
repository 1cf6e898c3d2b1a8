import Tables
import Testing

@Suite("Several files, transposed tables, names from a file")
struct PathTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func write(_ text: String, as name: String) throws -> String {
    try directory.write(Array(text.utf8), as: name)
  }

  @Test("files of equal columns are one table, whatever their format, and a path with a comma is one file")
  func several() throws {
    let first = try write("id,a,b\nx,1,2\n", as: "1.csv")
    let second = try write("id,a,b\ny,3,4\nz,5,6\n", as: "2.csv")
    let table = try RecordingSink("\(first), \(second)") { $0.columns.id = "id" }
    #expect(table.rows == [[1, 2], [3, 4], [5, 6]] && table.ids == ["x", "y", "z"])
    let comma = try write("a\n7\n", as: "1,2.csv")
    #expect(try RecordingSink(comma).rows == [[7]])
    var options = TableOptions()
    options.cache = directory.file("cache")
    options.columns.id = "id"
    let part = try TableReaders.open("\(first),\(second)", part: .training, options: options)
    #expect(part?.table.rowCount == 3)
  }

  @Test("other columns in one of them are refused by file and column")
  func otherColumns() throws {
    let first = try write("a,b\n1,2\n", as: "1.csv")
    func refusal(_ text: String) throws -> String {
      let second = try write(text, as: "2.csv")
      return message { _ = try RecordingSink("\(first),\(second)") } ?? ""
    }
    #expect(try refusal("a,c\n1,2\n").contains("2.csv: column 2 is 'c', but 'b' in"))
    #expect(try refusal("a,b,c\n1,2,3\n").contains("2.csv: has 3 columns, but"))
    #expect(try refusal("1,2\n").contains("2.csv: has no names of columns, unlike"))
  }

  @Test("features in the rows: names and samples change places")
  func transposed() throws {
    let path = try write("gene,s1,s2,s3\nMT-1,1,2,3\nB,4,5,6\nclass,0,1,0\n", as: "genes.csv")
    let table = try RecordingSink(path) {
      ($0.transpose, $0.columns.id, $0.columns.label) = (true, "gene", "class")
      $0.columns.exclude = ColumnPatterns(["MT-*"])
    }
    #expect(table.rows == [[4], [5], [6]] && table.names == ["B"])
    #expect(table.ids == ["s1", "s2", "s3"] && table.labels == ["0", "1", "0"])
    // Far more rows than columns, and than are turned round at once.
    let wide = try write((0..<300).map { "\($0),\(-$0)\n" }.joined(), as: "wide.csv")
    let turned = try RecordingSink(wide) { $0.transpose = true }
    #expect(turned.rows == [(0..<300).map(Float.init), (0..<300).map { -Float($0) }])
  }

  @Test("names come from a file, one a column")
  func names() throws {
    let array = NPYBytes.make(
      "'<i2'", "(2, 3)", NPYBytes.bytes([1, 2, 3, 4, 5, 6] as [Int16], isBigEndian: false))
    let path = try directory.write(array, as: "t.npy")
    let names = try write("a\nb\nc\n", as: "names.txt")
    let part = try TableReaders.open(path, part: .training, options: options(names: names))
    #expect(
      part?.table.schema.names == ["b", "c"] && part?.target == .classes(codes: [0, 1], names: ["1", "4"]))
    let short = try write("a\nb\n", as: "names.txt")
    let text = message { _ = try TableReaders.open(path, part: .training, options: options(names: short)) }
    #expect(text?.contains("t.npy: has 3 columns, but") ?? false)
  }

  private func options(names: String) -> TableOptions {
    var options = TableOptions()
    (options.names, options.columns.label, options.cache) = (names, "a", directory.file("cache"))
    return options
  }

  @Test("an array in a file that holds one table is refused")
  func array() throws {
    let path = try write("a\n1\n", as: "t.csv")
    #expect(
      message { _ = try RecordingSink(path + ":x") }?.contains("is csv, which holds one table") ?? false)
  }
}
