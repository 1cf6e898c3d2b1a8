import Tables
import Testing

@Suite struct HeldOutRowsTests {
  /// A text table of `rows` rows, classes in turn from `classes`.
  private static func text(_ rows: Int, classes: [String], names: String = "a,b") -> [UInt8] {
    let lines = (0..<rows).map {
      "\(Double($0) + 0.5),\(Double($0 * $0) + 0.25),\(classes[$0 % classes.count])"
    }
    return Array(("\(names),kind\n" + lines.joined(separator: "\n") + "\n").utf8)
  }

  private static func options(_ path: String) -> DatasetOptions {
    var options = DatasetOptions()
    options.path = path
    options.table.columns.label = "kind"
    options.table.cache = "\(path).cache"
    return options
  }

  @Test("classes are coded by name in the model's order, whatever the order of other rows") func codes()
    throws
  {
    let model = DataDescription(
      schema: TableSchema(count: 2, kind: .number),
      preprocessing: Preprocessing(offset: [0, 0], scale: [1, 1]),
      classes: ["x", "y", "z"])
    let directory = try TemporaryDirectory()
    let path = try directory.write(Self.text(6, classes: ["z", "x"]), as: "other.csv")
    let found = try Dataset.heldOut(Self.options(path), of: model, needsTarget: true)
    #expect(found.part == "all" && found.rows == Array(0..<6))
    #expect(found.dataset.target == .classes(codes: [2, 0, 2, 0, 2, 0], names: ["x", "y", "z"]))

    let unknown = try directory.write(Self.text(6, classes: ["x", "w"]), as: "unknown.csv")
    let text = try #require(
      message { _ = try Dataset.heldOut(Self.options(unknown), of: model, needsTarget: true) })
    #expect(text.contains(unknown) && text.contains("'w'"))
  }

  @Test("of its own data a model is tried on the rows held out") func ownData() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Self.text(40, classes: ["x", "y"]), as: "own.csv")
    var options = Self.options(path)
    options.testFraction = 0.25
    let training = try Dataset(training: options)
    let found = try Dataset.heldOut(options, of: training.description(), needsTarget: true)
    #expect(found.part == "test-fraction" && found.rows.count == 10)
    #expect(Set(found.rows).isDisjoint(with: training.split.training))
    #expect(found.dataset.preprocessing == training.preprocessing)
  }

  @Test("other features are refused by name") func otherFeatures() throws {
    let directory = try TemporaryDirectory()
    let own = try directory.write(Self.text(40, classes: ["x", "y"]), as: "own.csv")
    let other = try directory.write(Self.text(40, classes: ["x", "y"], names: "a,c"), as: "other.csv")
    let model = try Dataset(training: Self.options(own)).description()
    let text = try #require(
      message { _ = try Dataset.heldOut(Self.options(other), of: model, needsTarget: true) })
    #expect(text.contains(other) && text.contains("'c'") && text.contains("'b'"))
  }
}
