import Tables
import Testing

@Suite struct ByteTableTests {
  @Test(arguments: [false, true]) func copiesScaledRows(compressed: Bool) throws {
    let directory = try TemporaryDirectory()
    let values = (0..<4 * 64).map { UInt8($0) }
    let bytes = idx([4, 8, 8], values)
    let table = try ByteTable(IDXFile(path: directory.write(compressed ? gzip(bytes) : bytes, as: "f")))
    #expect(table.rowCount == 4 && table.featureCount == 64)
    #expect(table.grid == FeatureGrid(rows: 8, columns: 8) && table.featureNames == nil)
    let rows: [UInt32] = [3, 0, 3]
    var floats = [Float](repeating: -1, count: 3 * 64 + 1)
    var doubles = [Double](repeating: -1, count: 3 * 64 + 1)
    rows.withUnsafeBufferPointer { rows in
      floats.withUnsafeMutableBufferPointer { table.copyRows(rows, into: $0.baseAddress!) }
      doubles.withUnsafeMutableBufferPointer { table.copyRows(rows, into: $0.baseAddress!) }
    }
    for (position, row) in rows.enumerated() {
      for feature in 0..<64 {
        let exact = Double(values[Int(row) * 64 + feature]) / 255
        let place = position * 64 + feature
        // bytes * (1 / 255): two roundings.
        #expect(abs(Double(floats[place]) - exact) <= exact * 0x1p-23)
        #expect(abs(doubles[place] - exact) <= exact * 0x1p-52)
      }
    }
    #expect(floats[63] == 1 && doubles[63] == 1)  // byte 255
    #expect(floats[64] == 0 && doubles[64] == 0)  // byte 0
    #expect(floats[192] == -1 && doubles[192] == -1)
  }

  @Test func noRowsWriteNothing() throws {
    let directory = try TemporaryDirectory()
    let table: any FeatureTable = try ByteTable(IDXFile(path: directory.write(idx([2, 3]), as: "f")))
    var value: Float = -1
    table.copyRows(UnsafeBufferPointer(start: nil, count: 0), into: &value)
    #expect(value == -1)
  }

  @Test func gridOnlyForImages() throws {
    let directory = try TemporaryDirectory()
    let cases: [([Int], Int, FeatureGrid?)] = [
      ([5, 6], 6, nil), ([5, 2, 3], 6, FeatureGrid(rows: 2, columns: 3)), ([5, 2, 2, 3], 12, nil),
    ]
    for (dimensions, features, grid) in cases {
      let table = try ByteTable(IDXFile(path: directory.write(idx(dimensions), as: "f")))
      #expect(table.rowCount == 5 && table.featureCount == features && table.grid == grid)
    }
    let path = try directory.write(idx([5]), as: "labels")
    let text = try #require(message { _ = try ByteTable(IDXFile(path: path)) })
    #expect(text.contains(path) && text.contains("at least 2 dimensions"))
  }
}
