import Foundation
import Tables
import Testing

@Suite struct NPYReaderTests {
  private static func table(_ bytes: [UInt8]) throws -> any Table {
    let directory = try TemporaryDirectory()
    var options = TableOptions()
    options.cache = directory.file("cache")
    return try #require(
      try TableReaders.open(directory.write(bytes, as: "x.npy"), part: .training, options: options)
    ).table
  }

  private static func values(_ table: any Table) -> [Double] {
    table.values(of: (0..<UInt32(table.rowCount)).map { $0 }, features: 0..<table.schema.featureCount)
  }

  private static func expect<Stored: FixedWidthInteger>(
    _ type: String, _ stored: [Stored], are expected: [Double]
  ) throws {
    for isBigEndian in [false, true] {
      let order = Stored.bitWidth == 8 ? "|" : isBigEndian ? ">" : "<"
      let bytes = NPYBytes.make(
        "'\(order)\(type)'", "(2, \(stored.count / 2))", NPYBytes.bytes(stored, isBigEndian: isBigEndian))
      #expect(try values(table(bytes)) == expected, "\(order)\(type)")
    }
  }

  @Test("every type of numbers, in both byte orders") func types() throws {
    try Self.expect("b1", [0, 1, 1, 0] as [UInt8], are: [0, 1, 1, 0])
    try Self.expect("u1", [0, 1, 128, 255] as [UInt8], are: [0, 1, 128, 255])
    try Self.expect("i1", [0, -1, -128, 127] as [Int8], are: [0, -1, -128, 127])
    try Self.expect("i2", [0, -2, -32768, 258] as [Int16], are: [0, -2, -32768, 258])
    try Self.expect("u2", [0, 1, 65535, 258] as [UInt16], are: [0, 1, 65535, 258])
    try Self.expect("i4", [0, -3, 65536, 258] as [Int32], are: [0, -3, 65536, 258])
    try Self.expect("u4", [0, 3, 1 << 31, 258] as [UInt32], are: [0, 3, 0x1p31, 258])
    try Self.expect("i8", [0, -3, 1 << 40, 258] as [Int64], are: [0, -3, 0x1p40, 258])
    try Self.expect("u8", [0, 3, 1 << 63, 258] as [UInt64], are: [0, 3, 0x1p63, 258])
    // 1, -2, the smallest subnormal and the largest number of half precision; infinity.
    try Self.expect(
      "f2", [0x3C00, 0xC000, 0x0001, 0x7BFF, 0x7C00, 0x8000] as [UInt16],
      are: [1, -2, 0x1p-24, 65504, .infinity, 0])
    let numbers = [1.5, -2.25, 0, 1024]
    try Self.expect("f4", numbers.map { Float($0).bitPattern }, are: numbers)
    try Self.expect("f8", numbers.map(\.bitPattern), are: numbers)
  }

  @Test("what is not mapped as it is is staged once, and found again")
  func staged() throws {
    let directory = try TemporaryDirectory()
    var options = TableOptions()
    options.cache = directory.file("cache")
    func cached(_ bytes: [UInt8], _ name: String) throws -> [String] {
      let path = try directory.write(bytes, as: name)
      try TableReaders.stage(path, options: options)
      let first = try names(in: options.cache)
      try TableReaders.stage(path, options: options)
      #expect(try names(in: options.cache) == first)
      return first.filter { $0.hasPrefix(name) }
    }
    func names(in path: String) throws -> [String] {
      FileManager.default.fileExists(atPath: path)
        ? try FileManager.default.contentsOfDirectory(atPath: path).sorted() : []
    }
    let four: [UInt8] = [1, 2, 3, 4]
    #expect(try cached(NPYBytes.make("'|u1'", "(2, 2)", four), "bytes.npy").isEmpty)
    #expect(try cached(NPYBytes.make("'<f4'", "(2, 2)", four + four + four + four), "floats.npy").isEmpty)
    #expect(try cached(NPYBytes.make("'|u1'", "(2, 2)", four, isFortran: true), "order.npy").count == 2)
    #expect(try cached(NPYBytes.make("'<i2'", "(1, 2)", four), "type.npy").count == 2)
    #expect(try cached(gzip(NPYBytes.make("'|u1'", "(2, 2)", four)), "packed.npy").isEmpty)
    #expect(try cached(gzip(NPYBytes.make("'<i2'", "(1, 2)", four)), "packed-type.npy").count == 2)
  }

  @Test("every format converts, images keep their shape and bytes their kind")
  func converts() throws {
    let directory = try TemporaryDirectory()
    for (index, bytes) in [
      NPYBytes.make("'|u1'", "(2, 2, 3)", Array(0..<12)),
      NPYBytes.make("'<i2'", "(2, 1, 3)", Array(0..<12)), idx([2, 2, 2]),
    ].enumerated() {
      let path = try directory.write(bytes, as: "in\(index)")
      let output = directory.file("out\(index).npy")
      var options = TableOptions()
      options.cache = directory.file("cache")
      let sidecar = try TableReaders.convert(path, to: output, options: options)
      let before = try #require(try TableReaders.open(path, part: .training, options: options)).table
      let after = try #require(try TableReaders.open(output, part: .training)).table
      #expect(Self.values(before) == Self.values(after) && before.schema == after.schema)
      #expect(sidecar.rows == 2 && sidecar.sources.count == 1)
    }
  }

  @Test("bytes stay bytes, all else are numbers") func kinds() throws {
    for (type, kind) in [("'|u1'", FeatureKind.byte), ("'|i1'", .number), ("'|b1'", .number)] {
      let table = try Self.table(NPYBytes.make(type, "(2, 3)", [0, 1, 0, 1, 1, 0]))
      #expect(table.schema.kinds == [kind, kind, kind], "\(type)")
    }
  }

  @Test("the same rows in C's and Fortran's order, in versions 1 to 3", arguments: [1, 2, 3] as [UInt8])
  func orders(version: UInt8) throws {
    let rows: [UInt8] = [1, 2, 3, 4, 5, 6]
    let inC = try Self.table(NPYBytes.make("'|u1'", "(2, 3)", rows, version: version))
    let columns: [UInt8] = [1, 4, 2, 5, 3, 6]
    let inFortran = try Self.table(
      NPYBytes.make("'|u1'", "(2, 3)", columns, version: version, isFortran: true))
    #expect(Self.values(inC) == [1, 2, 3, 4, 5, 6])
    #expect(Self.values(inFortran) == [1, 2, 3, 4, 5, 6])
  }

  @Test("records of bytes stay bytes; room between fields is passed over; many names fit") func records()
    throws
  {
    let bytes = try Self.table(NPYBytes.make("[('a', '|u1'), ('b', '|u1')]", "(2,)", [1, 2, 3, 4]))
    #expect(bytes.schema.kinds == [.byte, .byte] && bytes.schema.names == ["a", "b"])
    #expect(Self.values(bytes) == [1, 2, 3, 4])
    let apart = try Self.table(
      NPYBytes.make("[('a', '|u1'), ('', '|V1'), ('b', '<u2')]", "(2,)", [1, 9, 2, 0, 3, 9, 4, 1]))
    #expect(Self.values(apart) == [1, 2, 3, 260])
    // One type alone, and yet not row by row without a gap.
    let padded = try Self.table(NPYBytes.make("[('a', '|u1'), ('', '|V1')]", "(2,)", [1, 9, 2, 9]))
    #expect(Self.values(padded) == [1, 2])
    let escaped = try Self.table(NPYBytes.make(#"[('a\\\'b\n\xe4\u0100', '|u1')]"#, "(1,)", [1]))
    #expect(escaped.schema.names == ["a\\'b\nä\u{100}"])
    let names = (0..<40_000).map { "gene\($0)" }
    let descriptor = "[" + names.map { "('\($0)', '|u1')" }.joined(separator: ", ") + "]"
    let wide = try Self.table(
      NPYBytes.make(descriptor, "(1,)", [UInt8](repeating: 7, count: names.count), version: 2))
    #expect(wide.schema.names == names)
  }

  @Test("Fortran's order of three dimensions") func images() throws {
    // values[i, j, k] = 6 i + 3 j + k; the first index runs fastest in the file.
    let stored: [UInt8] = [0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11]
    let table = try Self.table(NPYBytes.make("'|u1'", "(2, 2, 3)", stored, isFortran: true))
    #expect(Self.values(table) == (0..<12).map(Double.init))
    #expect(table.schema.grid == FeatureGrid(rows: 2, columns: 3))
  }

  @Test("what is not a table of numbers is refused, with its typed error") func refused() throws {
    func error(_ bytes: [UInt8]) throws -> DataError? {
      let directory = try TemporaryDirectory()
      let path = try directory.write(bytes, as: "x.npy")
      var options = TableOptions()
      options.cache = directory.file("cache")
      return #expect(throws: DataError.self) {
        _ = try TableReaders.open(path, part: .training, options: options)
      }
    }
    func isKind(_ found: DataError?, _ matches: (DataError) -> Bool) -> Bool { found.map(matches) ?? false }
    let four: [UInt8] = [1, 2, 3, 4]
    for type in ["|O", "<U4", "<c8", "<f16"] {
      let found = try error(NPYBytes.make("'\(type)'", "(2, 2)", four))
      #expect(isKind(found) { if case .numpyType(_, type, nil) = $0 { true } else { false } }, "\(type)")
    }
    let flat = try error(NPYBytes.make("'|u1'", "(4,)", four))
    #expect(isKind(flat) { if case .wrongRank(_, [4], .table) = $0 { true } else { false } })
    for shape in ["(0, 4)", "(2, 0)", "(-2, 2)"] {
      let found = try error(NPYBytes.make("'|u1'", shape, four))
      #expect(isKind(found) { if case .zeroDimension = $0 { true } else { false } }, "\(shape)")
    }
    let vast = try error(NPYBytes.make("'<f8'", "(4611686018427387904, 4)", four))
    #expect(isKind(vast) { if case .tooLarge = $0 { true } else { false } })
    let short = try error(NPYBytes.make("'|u1'", "(2, 2)", Array(four.dropLast())))
    #expect(isKind(short) { if case .truncated(_, [2, 2], _, _) = $0 { true } else { false } })
    let long = try error(NPYBytes.make("'|u1'", "(2, 2)", four + [5]))
    #expect(isKind(long) { if case .trailingBytes(_, [2, 2], _, _) = $0 { true } else { false } })
    let cut = try error(Array(NPYBytes.make("'|u1'", "(2, 2)", four).prefix(40)))
    #expect(isKind(cut) { if case .truncatedHeader(_, _, 40) = $0 { true } else { false } })
    for damaged in [
      NPYBytes.make("'|u1'", "(2, 2", four), NPYBytes.make("'|u1'", "(2, 'x')", four),
      NPYBytes.make("'|u1'", "(2, 2)", four, version: 4),
    ] {
      let found = try error(damaged)
      #expect(isKind(found) { if case .numpy = $0 { true } else { false } })
    }
  }
}
