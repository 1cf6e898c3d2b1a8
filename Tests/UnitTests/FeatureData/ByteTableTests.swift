import Tables
import Testing

@Suite struct ByteTableTests {
  @Test(arguments: [false, true]) func copiesScaledRows(compressed: Bool) throws {
    let directory = try TemporaryDirectory()
    let values = (0..<4 * 64).map { UInt8($0) }
    let bytes = idx([4, 8, 8], values)
    let table = try ByteTable(IDXFile(path: directory.write(compressed ? gzip(bytes) : bytes, as: "f")))
    #expect(table.rowCount == 4)
    #expect(table.schema == TableSchema(count: 64, kind: .byte, grid: FeatureGrid(rows: 8, columns: 8)))
    let split = RowSplit(training: [0, 1])
    let unit = try Preprocessing.fit(table, split: split, method: .automatic, missing: .error).maps
    let dataset = Dataset(TablePart(table), preprocessing: unit, split: split)
    let rows: [UInt32] = [3, 0, 3]
    let floats = RowLoader<Float>(dataset).values(of: rows)
    let doubles = RowLoader<Double>(dataset).values(of: rows)
    for (position, row) in rows.enumerated() {
      for feature in 0..<64 {
        let byte = values[Int(row) * 64 + feature]
        let place = position * 64 + feature
        // One factor for all, as a constant in each precision: the numbers of a run depend on it.
        #expect(floats[place] == Float(byte) * (1 / 255 as Float))
        #expect(doubles[place] == Double(byte) * (1 / 255 as Double))
      }
    }
    #expect(floats[63] == 1 && doubles[63] == 1)  // byte 255
    #expect(floats[64] == 0 && doubles[64] == 0)  // byte 0
    #expect(RowLoader<Float>(dataset).values(of: []) == [])
    #expect(
      RowLoader<Float>(dataset, features: 62..<64).values(of: [3, 1]) == [floats[62], 1]
        + [126, 127].map {
          Float($0) * (1 / 255 as Float)
        })
  }

  @Test func gridOnlyForImages() throws {
    let directory = try TemporaryDirectory()
    let cases: [([Int], Int, FeatureGrid?)] = [
      ([5, 6], 6, nil), ([5, 2, 3], 6, FeatureGrid(rows: 2, columns: 3)), ([5, 2, 2, 3], 12, nil),
    ]
    for (dimensions, features, grid) in cases {
      let opened = try #require(
        try TableReaders.open(try directory.write(idx(dimensions), as: "f"), part: .training))
      #expect(opened.table.rowCount == 5)
      #expect(opened.table.schema == TableSchema(count: features, kind: .byte, grid: grid))
    }
    let path = try directory.write(idx([5]), as: "labels")
    let text = try #require(message { _ = try TableReaders.open(path, part: .training) })
    #expect(text.contains(path) && text.contains("at least 2 dimensions"))
  }
}
