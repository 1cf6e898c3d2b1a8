import ConcreteAutoencoder
import Evaluation
import FeatureSelection
import Foundation
import RunStore
import SelectionReport
import Tables
import Testing

@Suite("A stored run used on other tables")
struct StoredRunTests {
  private let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  private func run(_ small: SmallRun = SmallRun(), selecting features: [Int] = [7, 2, 10]) throws -> StoredRun
  {
    let path = directory.file("model.safetensors")
    let model = small.state().model
    for (k, feature) in features.enumerated() { model.logits.row(k)[feature] = 50 }
    try ModelBundle(model, configuration: small.configuration, data: small.facts.data).write(to: path)
    return try StoredRun(path)
  }

  private func table(_ text: String) throws -> String {
    try directory.write(Array(text.utf8), as: "input.csv")
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try contents(of: directory.file(name)), as: UTF8.self)
  }

  private static let shuffled = """
    id,gene 10,note,gene 2,gene 7
    x,1.5,some text,2.25,-3
    y,0.125,more,1e-3,4

    """

  private func options(id: String = "id") -> TableOptions {
    var options = TableOptions()
    options.columns.id = id
    return options
  }

  @Test("transform writes the selected columns in the model's order, whatever else is there")
  func transform() throws {
    let use = try run().transform(
      table(Self.shuffled), options: options(), to: directory.file("k.csv"))
    #expect(use.rows == 2 && use.columns == 3 && use.surplus == ["note"])
    #expect(try text("k.csv") == "id,gene 2,gene 7,gene 10\nx,2.25,-3,1.5\ny,0.001,4,0.125\n")
  }

  @Test("impute gives what the decoder says in original units, and the given columns as they are")
  func impute() throws {
    let run = try run()
    let use = try run.impute(table(Self.shuffled), options: options(), to: directory.file("all.npy"))
    #expect(use.rows == 2 && use.columns == 12 && use.surplus == ["note"])
    let part = try #require(try TableReaders.open(directory.file("all.npy"), part: .training))
    let given: [[Int: Float]] = [[2: 2.25, 7: -3, 10: 1.5], [2: 1e-3, 7: 4, 10: 0.125]]
    let (model, preprocessing) = (run.bundle.model, run.bundle.data.preprocessing)
    let evaluator = Evaluator(model: model, maximumRows: 1)
    for (row, values) in given.enumerated() {
      for (feature, value) in values {
        let scaled = (Double(value) - preprocessing.offset[feature]) * preprocessing.scale[feature]
        evaluator.rows.base[feature] = Float(scaled)
      }
      let output = evaluator.decode(rowCount: 1)
      let found: [Float] = part.table.values(of: [UInt32(row)], features: 0..<12)
      for feature in 0..<12 {
        if let value = values[feature] {
          #expect(found[feature] == value)
        } else {
          let expected = preprocessing.restored(Double(output.row(0)[feature]), feature: feature)
          #expect(abs(Double(found[feature]) - expected) < 1e-4 * (1 + abs(expected)))
        }
      }
    }
  }

  @Test("gaps alone: what is there stays, what is missing is what the decoder says")
  func gaps() throws {
    let run = try run()
    let numbers = (0..<12).map { $0 % 2 == 0 ? 1.5 : 0.25 }
    let names = (0..<12).reversed().map { "gene \($0)" } + ["note"]
    let whole = numbers.reversed().map { "\($0)" } + ["text"]
    // Of the twelve, gene 0 and gene 4 are missing in the second row; neither is selected.
    var holes = whole
    for place in [11, 7] { holes[place] = "" }
    let lines = [names, whole, holes].map { $0.joined(separator: ",") + "\n" }
    let input = try table(lines.joined())
    let use = try run.impute(input, options: TableOptions(), to: directory.file("filled.npy"), gapsOnly: true)
    #expect(use.rows == 2 && use.columns == 12 && use.surplus == ["note"])
    _ = try run.impute(input, options: TableOptions(), to: directory.file("rebuilt.npy"))
    func rows(_ name: String) throws -> [[Float]] {
      let part = try #require(try TableReaders.open(directory.file(name), part: .training))
      return [0, 1].map { part.table.values(of: [$0], features: 0..<12) }
    }
    let (filled, rebuilt) = (try rows("filled.npy"), try rows("rebuilt.npy"))
    #expect(filled[0] == numbers.map { Float($0) })
    for feature in 0..<12 {
      #expect(
        filled[1][feature] == ([0, 4].contains(feature) ? rebuilt[1][feature] : Float(numbers[feature])))
    }
    let lacking = try table("gene 2,gene 7,gene 10\n1,2,3\n")
    let found = message {
      _ = try run.impute(lacking, options: TableOptions(), to: directory.file("x.csv"), gapsOnly: true)
    }
    #expect(try #require(found).contains("9 of the 12 columns that are needed are not there: 'gene 0'"))
  }

  @Test("What was transformed is imputed alike from text by name and from an array by place")
  func roundTrip() throws {
    let run = try run()
    let input = try table(Self.shuffled)
    for name in ["k.csv", "k.npy"] {
      _ = try run.transform(input, options: options(), to: directory.file(name))
      _ = try run.impute(directory.file(name), options: TableOptions(), to: directory.file("all-\(name).npy"))
    }
    #expect(
      try contents(of: directory.file("all-k.csv.npy")) == contents(of: directory.file("all-k.npy.npy")))
  }

  @Test("Missing columns, values that cannot be taken and text are named; nothing is written")
  func faults() throws {
    let run = try run()
    func fault(_ text: String) throws -> String {
      let input = try table(text)
      let found = message {
        _ = try run.impute(input, options: TableOptions(), to: directory.file("all.csv"))
      }
      return try #require(found)
    }
    #expect(
      try fault("gene 2,other\n1,2\n").contains(
        "2 of the 3 columns that are needed are not there: 'gene 7', 'gene 10'"))
    #expect(
      try fault("gene 2,gene 7,gene 10\n1,2,3\n1,,3\n")
        .contains("the value of column 'gene 7' in row 2 is missing"))
    #expect(try fault("gene 2,gene 7,gene 10\n1,2,x\n").contains("'gene 10' holds text"))
    #expect(!FileManager.default.fileExists(atPath: directory.file("all.csv")))
  }

  @Test("A model that finds classes rebuilds nothing, and still selects")
  func classes() throws {
    let small = try #require(SmallRun.all.first { $0.classes == 7 })
    let run = try run(small)
    let input = try table(Self.shuffled)
    #expect(throws: CheckpointError.self) {
      try run.impute(input, options: options(), to: directory.file("all.csv"))
    }
    #expect(try run.transform(input, options: options(), to: directory.file("k.csv")).columns == 3)
  }
}
