import ArgumentParser
import Communication
import ConcreteAutoencoder
import Evaluation
import Foundation
import RunSettings
import LinearAlgebra
import RankSetup
import RunStore
import Tables
import TensorFiles

/// `cae evaluate`: the error of the hard selection on held-out rows.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Errors of a run's selection on the test set, as JSON.")

  /// What is printed.
  private struct Report: Encodable {
    let testMse: Double?
    let testCrossEntropy: Double?
    let testAccuracy: Double?
    let rows: Int
    let distinct: Int
    let k: Int
    let meanMax: Double
    let unconverged: Int
    let model: String
  }

  /// Where the rows come from.
  enum DataDirectory: SettingList {
    static let settings = Setting.all("data")
  }

  @Argument(help: ArgumentHelp("A run directory, a model or a checkpoint.", valueName: "run"))
  var source: String

  @OptionGroup var place: SettingOptions<DataDirectory>

  @Option(
    help: ArgumentHelp(
      "Also write the rebuilt rows [rows, features] to this safetensors file, as 'reconstructions'.",
      valueName: "file"))
  var reconstructions: String?

  func run() throws {
    guard let directory = place.text(of: "data") ?? DataLocation.found() else {
      throw ConfigurationError(option: "data", problem: DataLocation.remedy)
    }
    let path = try ModelFile.find(source)
    let model = try ModelFile.read(path: path).model
    let table = try MNISTDataset.open(directory: directory, split: .test)
    guard table.features.featureCount == model.shape.featureCount else {
      throw ConfigurationError(
        option: "data",
        problem: "\(directory) has \(table.features.featureCount) features a row, the model "
          + "\(model.shape.featureCount): it is another kind of data than the model was trained on")
    }
    _ = try RankEnvironment(
      TrainingConfiguration(), programVersion: CommandLineProgram.version, communicator: LocalCommunicator())
    try check(table.labels, of: model, directory: directory)
    let rows = Array(0..<UInt32(table.features.rowCount))
    let result = try Validation(model: model, table: table, rows: rows).evaluate(LocalCommunicator())
    guard let result else { throw ConfigurationError(option: "data", problem: "the test set has no rows") }
    if let reconstructions { try write(model, table, rows, to: reconstructions) }
    let convergence = Convergence(model)
    let rebuilds = model.shape.objective == .reconstruction
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let report = Report(
      testMse: rebuilds ? result.loss : nil, testCrossEntropy: rebuilds ? nil : result.loss,
      testAccuracy: rebuilds ? nil : result.accuracy, rows: rows.count, distinct: convergence.distinct,
      k: model.shape.selectorCount, meanMax: convergence.meanMax, unconverged: convergence.unsettled,
      model: path)
    print(String(decoding: try encoder.encode(report), as: UTF8.self))
  }

  private func check(_ labels: [UInt8]?, of model: Autoencoder<Float>, directory: String) throws {
    guard case .classification(let classes) = model.shape.objective else { return }
    guard let labels, labels.allSatisfy({ Int($0) < classes }) else {
      throw ConfigurationError(
        option: "data", problem: "the model finds \(classes) classes; \(directory) has no labels or others")
    }
  }

  private func write(
    _ model: Autoencoder<Float>, _ table: LabeledTable, _ rows: [UInt32], to path: String
  ) throws {
    let evaluator = Evaluator(model: model, maximumRows: rows.count)
    rows.withUnsafeBufferPointer { table.features.copyRows($0, into: evaluator.rows.base) }
    let output = evaluator.decode(rowCount: rows.count)
    try SafetensorsFile.write(
      [TensorToStore(name: "reconstructions", shape: [output.rows, output.columns], elements: output.base)],
      metadata: [:], to: path)
  }
}
