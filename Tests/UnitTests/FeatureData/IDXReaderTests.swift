import Foundation
import Tables
import Testing

@Suite("IDX files of any numbers")
struct IDXReaderTests {
  @Test("every type of numbers, of two dimensions and more")
  func types() throws {
    let directory = try TemporaryDirectory()
    var options = TableOptions()
    options.cache = directory.file("cache")
    func bytes<Stored: FixedWidthInteger>(_ stored: [Stored]) -> [UInt8] {
      NPYBytes.bytes(stored, isBigEndian: true)
    }
    let cases: [(type: UInt8, bytes: [UInt8], values: [Double])] = [
      (0x08, [0, 1, 128, 255], [0, 1, 128, 255]),
      (0x09, bytes([0, -1, -128, 127] as [Int8]), [0, -1, -128, 127]),
      (0x0B, bytes([0, -2, 258, 1] as [Int16]), [0, -2, 258, 1]),
      (0x0C, bytes([0, -3, 65_536, 1] as [Int32]), [0, -3, 65_536, 1]),
      (0x0D, bytes([0.5, -2, 1, 3].map { Float($0).bitPattern }), [0.5, -2, 1, 3]),
      (0x0E, bytes([0.5, -2, 1, 3].map { Double($0).bitPattern }), [0.5, -2, 1, 3]),
    ]
    for (type, stored, values) in cases {
      for dimensions in [[2, 2], [2, 1, 2]] {
        let path = try directory.write(idx(dimensions, stored, type: type), as: "\(type)-\(dimensions.count)")
        let table = try #require(try TableReaders.open(path, part: .training, options: options)).table
        let found: [Double] = table.values(of: [0, 1], features: 0..<2)
        #expect(found == values, "type \(type)")
        #expect(table.schema.kinds.allSatisfy { $0 == (type == 8 ? .byte : .number) })
        #expect(table.schema.grid?.columns == (dimensions.count == 3 ? 2 : nil))
      }
    }
  }

  @Test("a large gzip file is unpacked into the cache, once, and again when it has changed")
  func unpacked() throws {
    let directory = try TemporaryDirectory()
    var options = TableOptions()
    options.cache = directory.file("cache")
    let count = 70_000
    let bytes = idx([count, 1_000])
    let path = try directory.write(gzip(bytes), as: "large")
    func copies() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: options.cache).sorted()
    }
    try TableReaders.stage(path, options: options)
    let first = try copies()
    #expect(first.count == 1 && first[0].hasSuffix(".unpacked"))
    #expect(try contents(of: "\(options.cache)/\(first[0])") == bytes)
    let table = try #require(try TableReaders.open(path, part: .training, options: options)).table
    let values: [Float] = table.values(of: [UInt32(count - 1)], features: 998..<1_000)
    #expect(values == bytes.suffix(2).map(Float.init) && table.path == path)
    #expect(try copies() == first)
    try directory.write(gzip(bytes) + gzip([1]), as: "large")
    #expect(
      message { _ = try TableReaders.open(path, part: .training, options: options) }?.contains("is too long")
        ?? false)
    #expect(try copies() == first)
    try directory.write(gzip(Array(bytes.dropLast())), as: "large")
    #expect(
      message { _ = try TableReaders.open(path, part: .training, options: options) }?.contains("is cut short")
        ?? false)
  }
}
