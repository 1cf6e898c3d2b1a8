import ConcreteAutoencoder
import FeatureSelection
import Tables
import Testing

@Suite struct FeatureDistanceTests {
  private func conflicts(_ distance: Double, _ schema: TableSchema) throws -> [[Int]] {
    try FeatureDistance.conflicts(distance, schema, path: "table.csv")
  }

  @Test("pixels nearer than the distance conflict, both ways, whatever the edge")
  func grid() throws {
    let schema = TableSchema(count: 15, kind: .number, grid: FeatureGrid(rows: 3, columns: 5))
    for distance in [1.0, 1.5, 2, 2.5, 100] {
      let found = try conflicts(distance, schema)
      for a in 0..<15 {
        let near = (0..<15).filter { b in
          let (dy, dx) = (Double(a / 5 - b / 5), Double(a % 5 - b % 5))
          return a != b && dy * dy + dx * dx < distance * distance
        }
        #expect(found[a].sorted() == near, "\(distance): \(a)")
      }
    }
    #expect(try conflicts(0, schema).isEmpty)
  }

  @Test("numbers for names are places on an axis, in any order")
  func axis() throws {
    let schema = TableSchema(count: 4, kind: .number, names: ["801.5", "800", "805,5", "803"])
    #expect(try conflicts(3, schema).map { $0.sorted() } == [[1, 3], [0], [3], [0, 2]])
  }

  @Test("other features have no distances", arguments: [nil, ["801", "b"]])
  func noPlaces(names: [String]?) {
    let schema = TableSchema(count: 2, kind: .number, names: names)
    #expect(throws: ConfigurationError.self) { _ = try conflicts(1, schema) }
    #expect(throws: Never.self) { _ = try conflicts(0, schema) }
  }
}
