import Tables
import Testing

/// A table that must be refused, and what the message says.
struct TextFault: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let bytes: [UInt8]
  let columns: ColumnChoice
  let says: [String]

  init(_ what: String, _ text: String, _ columns: ColumnChoice = .init(), _ says: String...) {
    self.init(what, bytes: Array(text.utf8), columns, says)
  }

  init(_ what: String, bytes: [UInt8], _ columns: ColumnChoice = .init(), _ says: [String]) {
    testDescription = what
    self.bytes = bytes
    self.columns = columns
    self.says = says
  }

  private static let long = String(repeating: "x", count: 1 << 21)
  private static let many = (0..<30_000).map { "\($0),1,2\n" }.joined()

  static let all: [TextFault] = [
    .init("blank", "\n\n \n", .init(), "t.csv: holds blank lines only"),
    .init("header only", "a,b\n", .init(), "a header and no rows"),
    .init("header only, quoted newline", "a,\"b\nc\"\n\n", .init(), "a header and no rows"),
    .init(
      "short row", "a,b,c\n1,2,3\n4,5\n", .init(),
      "t.csv, line 3, column 2 ('b'): the row ends after 2 of 3 fields"),
    .init(
      "long row", "a,b,c\n1,2,3\n4,5,6,7\n", .init(),
      "t.csv, line 3, column 4: the row has more than 3 fields: '7'"),
    .init("short last row", "a,b,c\n1,2,3\n4", .init(), "line 3, column 1 ('a')", "after 1 of 3"),
    .init("stray quote", "a,b\n1,2\n3,4\"5\n", .init(), "line 3, column 2", "a quote stands inside '4\"5'"),
    .init(
      "text after a quote", "a,b\n1,\"2\"x\n", .init(), "line 2, column 2", "text follows the quote",
      "'\"2\"x'"),
    .init(
      "unterminated quote", "a,b\n1,2\n3,\"4\n5,6\n7,8\n", .init(), "line 3, column 2",
      "'\"4' is never closed"),
    .init(
      "unterminated quote behind the sample", many + "1,\"2,3\n" + many + long, .init(),
      "line 30001, column 2",
      "is never closed"),
    .init("a field without end", many + long, .init(), "line 30001, column 1", "goes on for a megabyte"),
    .init(
      "a line without end", String(repeating: "x", count: 1 << 27), .init(), "no line ends within 64 MiB"),
    .init(
      "text in a numeric column", "id,a,b\nr,1,2\nr,1,\"3 \"\"k\"\"\"\nr,4,5\n", .of(id: "id"),
      "line 3, column 3 ('b'): '3 \"\"k\"\"' is not a number", "--exclude"),
    .init(
      "lines inside quotes count", "id,a\n\"x\ny\n\",1\n\"z\r\nz\",2\nq,w\n", .of(exclude: ["id"]),
      "line 7, column 2 ('a'): 'w' is not a number"),
    .init(
      "a comma where a point is meant", "a;b\n1;1,5\n2;2.5\n3;2.5\n", .init(), "line 2", "'1,5'",
      "--decimal comma"),
    .init("a control character", "a,b\n1,2\n3,\u{1}4\n5,6\n", .init(), "line 3, column 2 ('b'): '\\u{01}4'"),
    .init("infinity", "a,b\n1,2\n-inf,3\n", .init(), "line 3, column 1 ('a'): '-inf' is infinite"),
    .init("too large for a float", "a,b\n1,2\n3,1e39\n", .init(), "'1e39' is infinite or beyond"),
    .init("half a number", "a,b\n1,2\n3,1e\n5,6\n", .init(), "'1e' is not a number"),
    .init("two signs", "a,b\n1,2\n3,+-1\n5,6\n", .init(), "'+-1' is not a number"),
    .init("hexadecimal", "a,b\n1,2\n3,0x10\n5,6\n", .init(), "'0x10' is not a number"),
    .init("a long field is cut", "a,b\n1,2\n3,\(long.prefix(100))\n4,5\n", .init(), "\(long.prefix(60))...'"),
    .init(
      "Latin-1 in a name", bytes: [0x67, 0x72, 0xf6, 0x2c, 0x62] + Array("\n1,2\n".utf8), .init(),
      ["line 1, column 1: 'gr\u{fffd}' is not in UTF-8", "iconv"]),
    .init(
      "Latin-1 in a label", bytes: Array("a,k\n1,x\n2,".utf8) + [0xf6, 0x0a], .of(label: "k"),
      ["line 3, column 2 ('k')", "is not in UTF-8"]),
    .init("UTF-16", bytes: [0xff, 0xfe, 0x61, 0, 0x2c, 0], .init(), ["t.csv: is not text in UTF-8"]),
    .init("zero bytes", bytes: Array("a,b\n1,".utf8) + [0, 0x0a], .init(), ["is not text in UTF-8"]),
    .init(
      "text columns", "a,x,y\n1,p,q\n2,r,s\n", .init(), "2 columns hold text: 'x', 'y'", "--text-columns drop"
    ),
    .init("one text column", "a,x\n1,p\n2,r\n", .init(), "a column holds text: 'x' ('p' on line 2);"),
    .init(
      "answers", "a,x\n1,no\n2,yes\n3,no\n", .init(),
      "('no' on line 2); to have answers ('no', 'yes') as a feature",
      "0, 1, 2"),
    .init(
      "percentages", "a,x\n1,12.5%\n2,7%\n", .init(),
      "('12.5%' on line 2); write percentages without the sign"),
    .init("units", "a,x\n1,12.5 mg\n2,7 mg\n", .init(), "write numbers without units"),
    .init("dates", "a,x\n1,2024-01-31\n2,2024-02-01\n", .init(), "write dates as numbers"),
    .init(
      "decimal commas in quotes", "a,x\n1,\"1,234\"\n2,\"2,345\"\n", .init(), "'x' ('1,234' on line 2)",
      "--decimal comma reads it with decimals, --decimal point"),
    .init(
      "a decimal that is no thousand", "a;b;x\n1,5;2,5;0.455\n2,5;3,5;0.123\n", .init(),
      "'x' ('0.455' on line 2)",
      "alike"),
    .init(
      "thousands below the rows that were looked at",
      "a,x\n" + String(repeating: "1.5,2\n", count: 200) + "2,\"1,234\"\n", .init(),
      "line 202, column 2 ('x'): '1,234' is not a number"),
    .init(
      "many text columns", "a,b,c,d,e,f,g\n1,p,p,p,p,p,p\n2,r,r,r,r,r,r\n", .init(),
      "6 columns hold text: 'b', 'c', 'd', 'e', 'f', ..."),
    .init("nothing but text", "a,b\nx,y\nz,w\n", .of(dropsText: true), "no column is left", "--separator"),
    .init("all excluded", "a,b\n1,2\n3,5\n", .of(exclude: ["*"]), "no column is left"),
    .init(
      "an unknown label", "Age,b\n1,2\n3,5\n", .of(label: "age"), "--label 'age' is no column of its 2",
      "'Age'"),
    .init("an unknown number", "1,2\n3,5\n", .of(label: "2"), "--label '2'", "give a number from 0"),
    .init("a pattern that fits nothing", "a,b\n1,2\n3,5\n", .of(exclude: ["MT-*"]), "--exclude 'MT-*'"),
    .init("a label pattern of two", "a1,a2\n1,2\n3,5\n", .of(label: "a?"), "'a?' fits 2 columns"),
    .init(
      "label and identifier in one", "a,b\n1,2\n3,5\n", .of(label: "a", id: "a"), "is named for two things"),
    .init(
      "a missing label", "a,k\n1,x\n2,\n", .of(label: "k"), "line 3, column 2 ('k'): the label is missing"),
    .init(
      "an identifier of two lines", "a,i\n1,x\n2,\"y\nz\"\n", .of(id: "i"), "line 3", "over the end of a line"
    ),
  ]
}

@Suite("Tables of text: faults")
struct TextFaultTests {
  @Test("a fault is refused with its place and what to do", arguments: TextFault.all)
  func refused(_ fault: TextFault) {
    let text = message { _ = try TextTable(fault.bytes, columns: fault.columns) }
    for word in fault.says { #expect(text?.contains(word) ?? false, "\(word) in \(text ?? "no error")") }
  }

  @Test(
    "the place of a fault does not depend on where blocks end",
    arguments: TextFault.all.filter { $0.bytes.count < 200 })
  func boundaries(_ fault: TextFault) {
    let whole = message { _ = try TextTable(fault.bytes, columns: fault.columns) }
    for size in 1...64 {
      let parts = message {
        _ = try TextTable(fault.bytes, columns: fault.columns, pieceSize: 5, blockSize: size)
      }
      #expect(parts == whole)
    }
  }
}
