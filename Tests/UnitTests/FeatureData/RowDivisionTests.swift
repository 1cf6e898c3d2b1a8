import Tables
import Testing

@Suite("Rows divided by the data")
struct RowDivisionTests {
  private static func options(_ path: String, _ change: (inout DatasetOptions) -> Void) -> DatasetOptions {
    var options = DatasetOptions()
    options.path = path
    options.table.cache = "\(path).cache"
    change(&options)
    return options
  }

  /// 60 rows of 12 subjects, the last 10 for the test; the first value of a row is its number.
  private static let text =
    "n,x,subject,part\n"
    + (0..<60).map { "\($0),\($0 * $0 % 7),s\($0 % 12),\($0 < 50 ? "train" : "test")\n" }.joined()

  @Test("groups stay together, whichever part they are in, and every time in the same")
  func groups() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Array(Self.text.utf8), as: "t.csv")
    let options = Self.options(path) {
      $0.table.columns.group = "subject"
      $0.table.columns.exclude = ColumnPatterns(["part"])
      ($0.validationFraction, $0.testFraction) = (0.25, 0.3)
    }
    let split = try Dataset(training: options).split
    let parts = [split.training, split.validation, split.test].map { Set($0.map { $0 % 12 }) }
    #expect(parts[0].isDisjoint(with: parts[1]) && parts[0].isDisjoint(with: parts[2]))
    #expect(parts[1].isDisjoint(with: parts[2]) && parts.allSatisfy { !$0.isEmpty })
    #expect(split.test.count == 20 && split.validation.count == 10 && split.training.count == 30)
    #expect(try Dataset(training: options).split == split)
    let other = Self.options(path) { $0.table.columns.exclude = ColumnPatterns(["part", "subject"]) }
    #expect(
      try Dataset(training: options).description().contentHash
        != Dataset(training: other).description().contentHash)
  }

  @Test("one group alone cannot be held out")
  func oneGroup() throws {
    let split = message {
      _ = try RowSplit(
        rows: Array(0..<10), division: RowDivision(groups: Array(repeating: 4, count: 10)),
        validationFraction: 0.2,
        testFraction: 0)
    }
    #expect(split?.contains("one group (--group)") ?? false)
  }

  @Test("a column says what rows are for; parts that it does not name are drawn from its training rows")
  func split() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Array(Self.text.utf8), as: "t.csv")
    let options = Self.options(path) {
      $0.table.columns.split = "part"
      $0.table.columns.exclude = ColumnPatterns(["subject"])
    }
    let dataset = try Dataset(training: options)
    #expect(dataset.split.test == Array(50..<60) && dataset.split.validation.count == 5)
    #expect(Set(dataset.split.validation).isSubset(of: 0..<50) && dataset.split.testName == "test")
    let held = try Dataset.heldOut(options, of: dataset.description(), needsTarget: false)
    #expect(held.rows == Array(50..<60) && held.part == "test")

    let wrong = try directory.write(
      Array(Self.text.replacing("59,2,s11,test", with: "59,2,s11,tets").utf8), as: "wrong.csv")
    let text = message {
      _ = try Dataset(
        training: Self.options(wrong) {
          $0.table.columns.split = "part"
          $0.table.columns.exclude = ColumnPatterns(["subject"])
        })
    }
    #expect(text?.contains("line 61, column 4 ('part'): 'tets' says no part") ?? false)
  }

  @Test("a column of weights: no feature, part of the data's hash; rows of weight 0 do not count")
  func weights() throws {
    let directory = try TemporaryDirectory()
    let text = "n,x,w\n" + (0..<40).map { "\($0),\($0 * $0 % 7),\($0 % 5)\n" }.joined()
    let path = try directory.write(Array(text.utf8), as: "t.csv")
    let options = Self.options(path) { $0.table.columns.weight = "w" }
    let dataset = try Dataset(training: options)
    #expect(dataset.schema.names == ["n", "x"])
    let split = dataset.split
    #expect(split.training.count + split.validation.count + split.test.count == 32)
    #expect(split.training.allSatisfy { $0 % 5 != 0 })
    #expect(dataset.notes.contains { $0.contains("8 of 40 rows weigh 0") })
    let weights = try #require(dataset.weights)
    #expect((0..<40).allSatisfy { weights[$0] == weights[1] * Float($0 % 5) })
    let held = try Dataset.heldOut(options, of: dataset.description(), needsTarget: false)
    #expect(held.dataset.weights == weights && held.rows == split.test)
    let left = Self.options(path) { $0.table.columns.exclude = ColumnPatterns(["w"]) }
    #expect(try Dataset(training: left).contentHash() != dataset.contentHash())
    let other = try directory.write(
      Array(text.replacing("39,2,4", with: "39,2,5").utf8), as: "other.csv")
    let changed = try Dataset(training: Self.options(other) { $0.table.columns.weight = "w" })
    #expect(try changed.contentHash() != dataset.contentHash())
  }

  @Test(
    "weights that are none are refused with row and column",
    arguments: ["-1", "", "heavy", "nan", "inf"])
  func noWeights(_ value: String) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Array("a,w,b\n1,1,2\n2,\(value),4\n3,2,5\n4,1,7\n".utf8), as: "t.csv")
    let text = message {
      _ = try Dataset(training: Self.options(path) { $0.table.columns.weight = "w" })
    }
    #expect(text?.contains("line 3, column 2 ('w'): '\(value)' is no weight") ?? false, "\(text ?? "")")
  }

  @Test("weights of arrays, and of nothing but zeros")
  func arrayWeights() throws {
    let directory = try TemporaryDirectory()
    func array(_ values: [Float], _ name: String) throws -> DatasetOptions {
      let bytes = NPYBytes.bytes(values.map(\.bitPattern), isBigEndian: false)
      let path = try directory.write(
        NPYBytes.make("'<f4'", "(\(values.count / 2), 2)", bytes), as: name)
      return Self.options(path) { $0.table.columns.weight = "1" }
    }
    let dataset = try Dataset(training: array((0..<20).map { Float($0) }, "a.npy"))
    #expect(dataset.schema.featureCount == 1 && dataset.weights?.count == 10)
    let negative = message { _ = try Dataset(training: array([1, 2, 3, -1, 5, 6], "b.npy")) }
    #expect(negative?.contains("row 2, '1': -1.0 is no weight") ?? false, "\(negative ?? "")")
    let zeros = message { _ = try Dataset(training: array([1, 0, 3, 0, 5, 0], "c.npy")) }
    #expect(zeros?.contains("every row weighs 0 (--weight)") ?? false)
  }

  private static let missing = "a,b,c\n1,2,3\n4,,6\n7,8,1\n2,9,5\n,1,2\n3,4,4\n"

  @Test("rows that lack values are left out, also when the model is tried")
  func dropRows() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Array(Self.missing.utf8), as: "t.csv")
    let options = Self.options(path) {
      ($0.missing, $0.validationFraction, $0.testFraction) = (.dropRows, 0, 0.25)
    }
    let dataset = try Dataset(training: options)
    #expect(Set(dataset.split.training + dataset.split.test) == [0, 2, 3, 5])
    #expect(dataset.notes == ["2 of 6 rows lack values and are left out"])
    #expect(
      try Dataset.heldOut(options, of: dataset.description(), needsTarget: false).rows == dataset.split.test)
  }

  @Test("columns that lack values are left out; the model finds its own in other tables by name")
  func dropColumns() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Array(Self.missing.utf8), as: "t.csv")
    let options = Self.options(path) {
      ($0.missing, $0.validationFraction, $0.testFraction) = (.dropColumns, 0, 0.25)
    }
    let dataset = try Dataset(training: options)
    #expect(dataset.schema.names == ["c"] && dataset.split.training.count + dataset.split.test.count == 6)
    #expect(dataset.notes == ["2 of 3 columns lack values and are left out: 'a', 'b'"])
    let other = try directory.write(Array("a,b,c\n1,2,3\n".utf8), as: "other.csv")
    let held = try Dataset.heldOut(
      Self.options(other) { $0.missing = .dropColumns }, of: dataset.description(), needsTarget: false)
    #expect(held.dataset.schema.names == ["c"] && held.part == "all")
  }

  @Test("features of one value and copies of others are found among the rows that are looked at")
  func findings() {
    // By rows: 0 and 2 are equal in the first three rows, 1 and 3 have one value there.
    let values: [Float] = [1, 5, 1, 5, 9, 2, 5, 2, 5, 9, 3, 5, 3, 5, 8, 4, 0, 6, 5, 1]
    let table = FloatTable(values, schema: TableSchema(count: 5, kind: .number))
    let found = ColumnFindings(table, rows: [0, 1, 2])
    #expect(found.constant == [1, 3] && found.copies.map(\.feature) == [2] && found.copies.map(\.of) == [0])
    #expect(
      found.notes(table.schema) == [
        "2 of 5 features have one value in all training rows: 1, 3",
        "1 of 5 features is a copy of others: 2 of 0",
      ])
    let all = ColumnFindings(table, rows: [0, 1, 2, 3])
    #expect(all.constant == [3] && all.copies.isEmpty)
  }

  @Test(
    "columns that count the rows, codes among numbers and numbers that floats do not tell apart are found")
  func doubtful() {
    // The places of rows from 1, numbers of which some are -999, times in seconds, numbers up to 99 without a gap, answers
    // with 9 for none.
    var rows: [Float] = []
    for row in 0..<40 {
      let coded: Float = row % 10 == 3 ? -999 : Float(row % 7)
      let answer = row % 8 == 0 ? 9 : 1 + row % 5
      rows += [Float(row + 1), coded, Float(1_700_000_000 + 300 * row), Float(99 - row % 20), Float(answer)]
    }
    let table = FloatTable(
      rows, schema: TableSchema(count: 5, kind: .number, names: ["no", "b", "t", "p", "q"]))
    let found = ColumnFindings(table, rows: (0..<40).filter { $0 != 7 }.map(UInt32.init))
    #expect(found.counters == [0] && found.coarse == [2])
    #expect(found.coded.map(\.feature) == [1, 4] && found.coded.map(\.code) == [-999, 9])
    #expect(found.coded.map(\.count) == [4, 5])
    let notes = found.notes(table.schema).joined(separator: "\n")
    for words in [
      "'no' counts the rows", "'t': numbers so large", "'b' is -999 in 4 training rows",
      "--missing-codes -999",
    ] {
      #expect(notes.contains(words), "\(notes)")
    }
    let shuffled = ColumnFindings(
      FloatTable(
        (0..<40).flatMap { [Float($0 * 7 % 40), Float($0) * 0.5] },
        schema: TableSchema(count: 2, kind: .number)),
      rows: (0..<40).map(UInt32.init))
    #expect(shuffled.counters.isEmpty && shuffled.coarse.isEmpty && shuffled.coded.isEmpty)
  }
}
