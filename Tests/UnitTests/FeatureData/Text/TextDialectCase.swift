import Tables
import Testing

private let gap = Float.nan

/// A table as some program writes it, and what it holds.
struct TextDialectCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let bytes: [UInt8]
  var columns = ColumnChoice()
  var options = TextOptions()
  var names: [String]?
  let rows: [[Float]]
  var ids: [String] = []
  var labels: [String] = []
  /// Words of the notes.
  var says: [String] = []

  init(
    _ what: String, _ text: String, _ columns: ColumnChoice = .init(), options: TextOptions = .init(),
    names: [String]? = ["a", "b", "c"], rows: [[Float]] = [[1, 2, 3], [4.5, -5, 0.6]], ids: [String] = [],
    labels: [String] = [], says: [String] = []
  ) {
    self.init(
      what, bytes: Array(text.utf8), columns, options: options, names: names, rows: rows, ids: ids,
      labels: labels,
      says: says)
  }

  init(
    _ what: String, bytes: [UInt8], _ columns: ColumnChoice = .init(), options: TextOptions = .init(),
    names: [String]? = ["a", "b", "c"], rows: [[Float]] = [[1, 2, 3], [4.5, -5, 0.6]], ids: [String] = [],
    labels: [String] = [], says: [String] = []
  ) {
    testDescription = what
    self.bytes = bytes
    self.columns = columns
    self.options = options
    self.names = names
    self.rows = rows
    self.ids = ids
    self.labels = labels
    self.says = says
  }

  static let all: [TextDialectCase] = [
    .init("plain", "a,b,c\n1,2,3\n4.5,-5,0.6\n"),
    .init("no line end at the end", "a,b,c\n1,2,3\n4.5,-5,0.6"),
    .init("CR LF", "a,b,c\r\n1,2,3\r\n4.5,-5,0.6\r\n"),
    .init("CR", "a,b,c\r1,2,3\r4.5,-5,0.6\r"),
    .init("byte order mark", bytes: [0xef, 0xbb, 0xbf] + Array("a,b,c\n1,2,3\n4.5,-5,0.6\n".utf8)),
    .init("blank lines", "\n\na,b,c\n\n1,2,3\n\r\n4.5,-5,0.6\n\n\n"),
    .init("tabs", "a\tb\tc\n1\t2\t3\n4.5\t-5\t0.6\n"),
    .init("semicolons", "a;b;c\n1;2;3\n4.5;-5;0.6\n"),
    .init("bars", "a, 1|b, 2|c\n1|2|3\n4.5|-5|0.6\n", names: ["a, 1", "b, 2", "c"]),
    .init("blanks", "a b c\n1 2 3\n4.5 -5 0.6\n"),
    .init("blanks that align", "  a    b    c\n  1    2    3  \n4.5   -5  0.6\n"),
    .init("blanks behind commas", "a, b, c\n1, 2, 3\n4.5, -5 , 0.6 \n"),
    .init("Excel's separator line", "sep=;\r\na;b;c\r\n1;2;3\r\n4.5;-5;0.6\r\n"),
    .init("a separator line of another kind", "sep=|\na|b|c\n1|2|3\n4.5|-5|0.6\n"),
    .init("decimal comma", "a;b;c\n1;2;3\n4,5;-5;0,6\n", says: ["decimal comma"]),
    .init("decimal comma, tabs", "a\tb\tc\n1\t2\t3\n4,5\t-5\t0,6\n", says: ["decimal comma"]),
    .init(
      "decimal comma, quoted, commas separate", "a,b\n\"1,5\",2\n\"2,5\",3\n",
      options: .init(decimal: .comma),
      names: ["a", "b"], rows: [[1.5, 2], [2.5, 3]]),
    .init(
      "points between thousands", "a;b;c\n1.234;2;3,5\n-12.345.678,5;-5;0,6\n",
      rows: [[1234, 2, 3.5], [-12_345_678.5, -5, 0.6]],
      says: ["decimal comma", "points between thousands: 'a'"]),
    .init(
      "commas between thousands", "a,b,c\n\"1,234\",2,3\n\"1,234,567.5\",-5,0.6\n",
      rows: [[1234, 2, 3], [1_234_567.5, -5, 0.6]], says: ["commas between thousands: 'a'"]),
    .init(
      "what may be thousands", "a;b;c\n1.234;2;3\n45;-5;6\n", rows: [[1.234, 2, 3], [45, -5, 6]],
      says: ["'a': 1.234 is read as a number with three decimals", "--decimal comma"]),
    .init(
      "what may be thousands and is", "a;b;c\n1.234;2;3\n45;-5;6\n", options: .init(decimal: .comma),
      rows: [[1234, 2, 3], [45, -5, 6]], says: ["points between thousands"]),
    .init(
      "missing codes", "a,b,c\n-999,2,3\n4.5,unknown,-999.5\n-999.0,7,-9.99e2\n",
      options: .init(missingCodes: MissingCodes(["-999", "unknown"])),
      rows: [[gap, 2, 3], [4.5, gap, -999.5], [gap, 7, gap]]),
    .init(
      "missing codes, decimal comma", "a;b;c\n-999;2;3,5\n4,5;-999,0;6\n",
      options: .init(missingCodes: MissingCodes(["-999"])), rows: [[gap, 2, 3.5], [4.5, gap, 6]]),
    .init(
      "thousands or decimals, left out with columns of text", "a,x,b\n1,\"1,234\",2\n3,\"2,345\",4\n",
      .of(dropsText: true), names: ["a", "b"], rows: [[1, 2], [3, 4]]),
    .init(
      "thousands because told", "a,b\n1,2\n3,\"2,345\"\n", options: .init(decimal: .point),
      names: ["a", "b"],
      rows: [[1, 2], [3, 2345]], says: ["commas between thousands: 'b'"]),
    .init("quotes", "\"a\",\"b\",\"c\"\n\"1\",\"2\",3\n4.5,\" -5 \",\"0.6\"\n"),
    .init("plus signs and exponents", "a,b,c\n+1,2e0,30E-1\n+4.5,-.5e1,6e-01\n"),
    .init(
      "quoted separators, newlines and quotes", "\"a,x\",\"b\ny\",\"say \"\"c\"\"\"\n1,2,3\n4.5,-5,0.6\n",
      names: ["a,x", "b\ny", "say \"c\""]),
    .init(
      "labels with separators and newlines", "a,kind\n1,\"x,y\"\n2,\"u\nv\"\n3,\"q\"\"q\"\n",
      .of(label: "kind"),
      names: ["a"], rows: [[1], [2], [3]], labels: ["x,y", "u\nv", "q\"q"]),
    .init("no header", "1,2,3\n4.5,-5,0.6\n", names: nil),
    .init("no header, one row", "1,2,3\n", names: nil, rows: [[1, 2, 3]]),
    .init(
      "no header because told", ",0,1\n1,9,6\n2,1,3\n", options: .init(header: .no), names: nil,
      rows: [[gap, 0, 1], [1, 9, 6], [2, 1, 3]]),
    .init(
      "a header of numbers because told", "7,5,9\n1,2,3\n4.5,-5,0.6\n", options: .init(header: .yes),
      names: ["7", "5", "9"]),
    .init("one column", "a\n1\n2\n", names: ["a"], rows: [[1], [2]]),
    .init("one column without a header", "1.5\n2\n", names: nil, rows: [[1.5], [2]]),
    .init(
      "R's write.table: a header one short", "\"a\" \"b\" \"c\"\n\"r1\" 1 2 3\n\"r2\" 4.5 -5 0.6\n",
      ids: ["r1", "r2"],
      says: ["identifiers"]),
    .init(
      "R's write.table with numbers for rows", "a\tb\tc\n1\t1\t2\t3\n2\t4.5\t-5\t0.6\n", ids: ["1", "2"],
      says: ["identifiers"]),
    .init(
      "R's write.csv: an empty first name", "\"\",\"a\",\"b\",\"c\"\n\"1\",1,2,3\n\"2\",4.5,-5,0.6\n",
      ids: ["1", "2"],
      says: ["identifiers"]),
    .init("pandas' index", ",a,b,c\n0,1,2,3\n1,4.5,-5,0.6\n", ids: ["0", "1"]),
    .init(
      "pandas' names of unnamed columns", ",0,1,2\n0,1,2,3.5\n1,4.5,-5,0.6\n", names: ["0", "1", "2"],
      rows: [[1, 2, 3.5], [4.5, -5, 0.6]], ids: ["0", "1"], says: ["3 numbers of line 1"]),
    .init("NumPy's savetxt with a header", "# a b c\n1 2 3\n4.5 -5 0.6\n"),
    .init("NumPy's savetxt, commas", "# a,b,c\n1,2,3\n4.5,-5,0.6\n"),
    .init(
      "spectra: wave numbers that rise",
      "400.1,400.6,401.2,401.7,402,403,404,405.5\n1,3,2,4,5,1,2,3\n2,1,1,1,1,1,3,1\n",
      names: ["400.1", "400.6", "401.2", "401.7", "402", "403", "404", "405.5"],
      rows: [[1, 3, 2, 4, 5, 1, 2, 3], [2, 1, 1, 1, 1, 1, 3, 1]],
      says: ["8 numbers of line 1", "--header no"]),
    .init(
      "spectra: wave numbers that fall, beside a class",
      "class,800,700,600,500,400,300,200,100\nx,1,2,1,2,1,2,1,2\ny,3,1,2,3,1,2,3,1\n",
      .of(label: "class"), names: ["800", "700", "600", "500", "400", "300", "200", "100"],
      rows: [[1, 2, 1, 2, 1, 2, 1, 2], [3, 1, 2, 3, 1, 2, 3, 1]],
      labels: ["x", "y"]),
    .init(
      "numbers that rise in rows as well are data", "1,2,3\n4,5,6\n7,8,9\n", names: nil,
      rows: [[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
    .init(
      "missing", "a,b,c\n,NA,3\nnan,N/A,#N/A\nNULL,None,-nan(ind)\n <NA>,\"\",?\nNAN,1.#IND,.\n",
      rows: [[gap, gap, 3], [gap, gap, gap], [gap, gap, gap], [gap, gap, gap], [gap, gap, gap]]),
    .init(
      "missing at the ends of rows", "a,b,c\n,,\n1,,\n,,3\n",
      rows: [[gap, gap, gap], [1, gap, gap], [gap, gap, 3]]),
    .init(
      "true and false", "a,b,c\nTRUE,true,1\nNA,False,2\nFALSE,true,3\n",
      rows: [[1, 1, 1], [gap, 0, 2], [0, 1, 3]]),
    .init("rows that end with a separator", "a,b,c\n1,2,3,\n4.5,-5,0.6,\n", says: ["left out"]),
    .init("all that ends with a separator", "a,b,c,\n1,2,3,\n4.5,-5,0.6,\n", says: ["left out"]),
    .init("rows without names that end with a separator", "1,2,3,\n4.5,-5,0.6,\n", names: nil),
    .init(
      "names that occur twice", "a,a,,a.1\n1,2,3,4\n5,6,7,8\n", names: ["a", "a.2", "2", "a.1"],
      rows: [[1, 2, 3, 4], [5, 6, 7, 8]], says: ["'a.2'"]),
    .init(
      "Orange's three rows",
      "a\tb\tkind\tname\nc\tcontinuous\tx y\tstring\n\t\tclass\tmeta\n1\t?\tx\tn1\n3\t4\ty\tn2\n",
      names: ["a", "b"], rows: [[1, gap], [3, 4]], labels: ["x", "y"],
      says: ["Orange", "'kind' is the label"]),
    .init(
      "Orange's three rows, another label", "a,b,kind\nc,c,d\n,,class\n1,2,x\n3,4,y\n", .of(label: "b"),
      names: ["a"],
      rows: [[1], [3]], labels: ["2", "4"]),
    .init("a text column dropped", "a,t,b,c\n1,x,2,3\n4.5,y,-5,0.6\n", .of(dropsText: true)),
    .init(
      "label and identifier", "id,a,b,c,kind\nx1,1,2,3,p\nx2,4.5,-5,0.6,q\n", .of(label: "kind", id: "id"),
      ids: ["x1", "x2"], labels: ["p", "q"]),
    .init(
      "label by number", "5,1,2\n6,7,1\n", .of(label: "0"), names: nil, rows: [[1, 2], [7, 1]],
      labels: ["5", "6"]),
    .init("excluded by pattern", "a,MT-1,b,MT-2,c\n1,9,2,9,3\n4.5,9,-5,9,0.6\n", .of(exclude: ["MT-*"])),
    .init(
      "included by pattern", "g1,g2,x,g33\n1,2,3,4\n5,6,1,8\n", .of(include: ["g?", "x"]),
      names: ["g1", "g2", "x"],
      rows: [[1, 2, 3], [5, 6, 1]]),
    .init("UTF-8 names", "größe,高さ\n1,2\n3,4\n", names: ["größe", "高さ"], rows: [[1, 2], [3, 4]]),
    .init(
      "too small for a float", "a,b,c\n1e-60,-1e-400,5.877472e-39\n1,2,3\n",
      rows: [[0, -0.0, .leastNormalMagnitude / 2], [1, 2, 3]]),
    .init(
      "a date and a time with blanks", "t,a\n2024-01-01 10:00,1\n2024-01-02 11:00,2\n", .of(id: "t"),
      names: ["a"],
      rows: [[1], [2]], ids: ["2024-01-01 10:00", "2024-01-02 11:00"]),
  ]
}
