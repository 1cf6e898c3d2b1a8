import Foundation
import Tables
import Testing

@Suite struct PreprocessingTests {
  /// Two features; row 3 is held back and far from the others.
  private static func table(_ first: [Float] = [1, 2, 6, 900], _ second: [Float] = [4, 4, 4, -70])
    -> FloatTable
  {
    FloatTable(zip(first, second).flatMap { [$0, $1] }, schema: TableSchema(count: 2, kind: .number))
  }

  private static let split = RowSplit(training: [0, 1, 2], validation: [3])

  private static func fit(
    _ method: ScaleMethod, _ missing: MissingPolicy = .error, of table: FloatTable = table()
  ) throws -> Preprocessing {
    try Preprocessing.fit(table, split: split, method: method, missing: missing).maps
  }

  @Test("rows held back change no map", arguments: ScaleMethod.allCases)
  func trainingRowsAlone(_ method: ScaleMethod) throws {
    let other = Self.table([1, 2, 6, -3], [4, 4, 4, 5000])
    #expect(try Self.fit(method, .mean) == Self.fit(method, .mean, of: other))
    #expect(try method == .none || Self.fit(method) != Self.fit(method, of: Self.table([1, 2, 7, 900])))
  }

  @Test("the formulas of the methods; a constant feature keeps its size") func formulas() throws {
    #expect(try Self.fit(.none) == .none(count: 2))
    let unit = try Self.fit(.unit)
    #expect(unit.offset == [0, 0] && unit.scale == [1 / 6, 1 / 6])
    let standard = try Self.fit(.standard)
    #expect(standard.offset == [3, 4] && standard.scale[1] == 1)
    // Deviations of -2, -1, 3 from the mean: the variance of the population is 14 / 3.
    #expect(abs(standard.scale[0] - (3.0 / 14).squareRoot()) < 1e-15)
    #expect(try Self.fit(.automatic) == standard)
    let minmax = try Self.fit(.minmax)
    #expect(minmax.offset == [1, 4] && minmax.scale == [1 / 5, 1])
  }

  @Test("missing values are refused with their place, or the mean of the training rows stands in")
  func missing() throws {
    let table = Self.table([1, .nan, 6, .nan])
    let error = #expect(throws: DataError.self) { _ = try Self.fit(.standard, of: table) }
    #expect(error == .missingValues(path: table.path, count: 2, columns: 1, row: 1, column: "0"))
    let filled = try Self.fit(.none, .mean, of: table)
    #expect(filled.fill == [3.5, 4])
    let loader = RowLoader<Double>(Dataset(TablePart(table), preprocessing: filled, split: Self.split))
    #expect(loader.values(of: [3, 0]) == [3.5, -70, 1, 4])
  }

  @Test("values that do not count are told, and the same stands in for them", arguments: ScaleMethod.allCases)
  func observed(_ method: ScaleMethod) throws {
    let table = Self.table([1, .nan, 6, .nan])
    let fit = try Preprocessing.fit(table, split: Self.split, method: method, missing: .observed)
    #expect(fit.missing == 2 && fit.maps.countsObserved)
    func dataset(_ missing: Int) -> Dataset {
      Dataset(TablePart(table), preprocessing: fit.maps, split: Self.split, missing: missing)
    }
    #expect(dataset(2).hasGaps && !dataset(0).hasGaps)
    let loader = RowLoader<Float>(dataset(2))
    var (values, marks) = ([Float](repeating: 0, count: 8), [UInt8](repeating: 9, count: 8))
    let rows: [UInt32] = [3, 0, 1, 2]
    rows.withUnsafeBufferPointer { loader.load($0, into: &values, observed: &marks) }
    #expect(marks == [0, 1, 1, 1, 0, 1, 1, 1])
    #expect(values == loader.values(of: rows), "as without the marks, to the bit")
    let mean = try Preprocessing.fit(table, split: Self.split, method: method, missing: .mean).maps
    #expect(mean.hash != fit.maps.hash && mean.fill == fit.maps.fill && mean.scale == fit.maps.scale)
    let read = try JSONDecoder().decode(Preprocessing.Fit.self, from: JSONEncoder().encode(fit))
    #expect(read.maps.hash == fit.maps.hash && read.missing == 2, "every bit goes to the other ranks")
  }

  @Test("a row of weight w counts as w rows", arguments: ScaleMethod.allCases)
  func weights(_ method: ScaleMethod) throws {
    let rows = (0..<60).map { [Float($0 * $0 % 31), Float($0 % 7) * 10] }
    let weights = (0..<60).map { Float(1 + $0 % 3) }
    let copies = zip(rows, weights).flatMap { Array(repeating: $0, count: Int($1)) }
    func fit(_ rows: [[Float]], _ weights: [Float]?) throws -> Preprocessing {
      try Preprocessing.fit(
        FloatTable(rows.flatMap { $0 }, schema: TableSchema(count: 2, kind: .number)),
        split: RowSplit(training: Array(0..<UInt32(rows.count))), method: method, missing: .mean,
        weights: weights
      ).maps
    }
    let (one, other) = (try fit(rows, weights), try fit(copies, nil))
    for column in 0..<2 {
      #expect(abs(one.offset[column] - other.offset[column]) <= 1e-12 * abs(other.offset[column]))
      #expect(abs(one.scale[column] - other.scale[column]) <= 1e-12 * other.scale[column])
    }
  }

  @Test("rows are loaded by the formula, in both precisions") func loading() throws {
    let maps = Preprocessing(offset: [0.3, -2], scale: [0.7, 3])
    let dataset = Dataset(TablePart(Self.table()), preprocessing: maps, split: Self.split)
    let floats = RowLoader<Float>(dataset).values(of: [3, 1])
    let doubles = RowLoader<Double>(dataset).values(of: [3, 1])
    for (place, value) in [900.0, -70, 2, 4].enumerated() {
      let expected = (value - maps.offset[place % 2]) * maps.scale[place % 2]
      #expect(abs(doubles[place] - expected) <= 4 * expected.ulp)
      #expect(abs(floats[place] - Float(expected)) <= 4 * Float(expected).ulp)
    }
  }

  @Test("other maps have another hash, and JSON keeps every bit") func identity() throws {
    let maps = [
      Preprocessing(offset: [0.1, 2], scale: [1 / 3, 1]),
      Preprocessing(offset: [(0.1).nextUp, 2], scale: [1 / 3, 1]),
      Preprocessing(offset: [0.1, 2], scale: [1 / 3, 2]),
      Preprocessing(offset: [0.1, 2], scale: [1 / 3, 1], fill: [0, 0]), .none(count: 2),
    ]
    #expect(Set(maps.map(\.hash)).count == maps.count)
    for map in maps {
      let read = try JSONDecoder().decode(Preprocessing.self, from: JSONEncoder().encode(map))
      #expect(read == map && read.hash == map.hash)
    }
  }
}
