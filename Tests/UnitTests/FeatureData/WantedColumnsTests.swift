import Tables
import Testing

@Suite("Features found in other tables")
struct WantedColumnsTests {
  private static let named = TableSchema(count: 4, kind: .number, names: ["a", "b", "c", "d"])
  private static let plain = TableSchema(count: 4, kind: .byte)

  private func places(
    _ features: [Int], of schema: TableSchema, in names: [String]?, count: Int, standAlone: Bool = false
  ) throws -> [Int] {
    let columns = TableColumns(
      names: names, roles: Array(repeating: .feature, count: count), kind: .number)
    return try WantedColumns(features, of: schema, standAlone: standAlone).places(in: columns, path: "t.csv")
  }

  @Test("By name in any order, whatever stands between; features ascending and once each")
  func names() throws {
    #expect(try places([2, 0, 2], of: Self.named, in: ["x", "c", "y", "a"], count: 4) == [3, 1])
  }

  @Test("Without names by place: of all columns, of the wanted alone where they may stand alone, by number")
  func place() throws {
    #expect(try places([3, 1], of: Self.plain, in: nil, count: 4) == [1, 3])
    #expect(try places([3, 1], of: Self.named, in: nil, count: 4) == [1, 3])
    #expect(try places([3, 1], of: Self.plain, in: nil, count: 2, standAlone: true) == [0, 1])
    #expect(try places([3, 1], of: Self.plain, in: ["p", "q", "r", "s"], count: 4) == [1, 3])
    #expect(try places([3, 1], of: Self.plain, in: ["feature_3", "n", "feature_1"], count: 3) == [2, 0])
    let numbers = TableSchema(count: 2, kind: .number, names: ["1", "4"])
    #expect(try places([0, 1], of: numbers, in: nil, count: 5) == [1, 4])
    let problem = message { _ = try places([3, 1], of: Self.plain, in: nil, count: 3, standAlone: true) }
    #expect(try #require(problem).contains("has 3 columns without the model's names"))
  }

  @Test("All names that are missing are named")
  func missing() throws {
    let text = message { _ = try places([0, 1, 3], of: Self.named, in: ["b", "A"], count: 2) }
    #expect(
      try #require(text).hasPrefix(
        "t.csv: 2 of the 3 columns that are needed are not there: 'a', 'd'; it has 'b', 'A'."))
  }
}
