import ConcreteAutoencoder
import DistributedTraining
import FeatureSelection
import Foundation
import ReportPage
import RunSettings
import SelectionReport
import Tables
import Testing

/// A run of some kind of data, well or with all that can be wrong in its files.
struct ReportCase: Sendable, CustomTestStringConvertible {
  var kind: Kind
  /// What stands where a number is expected.
  var value: Double

  enum Kind: String, CaseIterable { case image, spectrum, names, unfinished, classes, labels }

  var testDescription: String { "\(kind), \(value)" }

  /// A name that would do harm where it is not escaped.
  static let evil = "<script>alert('x')</script> & \"q\"\u{1}"

  static let all = Kind.allCases.flatMap { kind in
    [0.25, 0, 1e300, .nan, .infinity, -.infinity].map { ReportCase(kind: kind, value: $0) }
  }

  private var schema: TableSchema {
    switch kind {
    case .image: TableSchema(count: 12, kind: .byte, grid: FeatureGrid(rows: 3, columns: 4))
    case .spectrum: TableSchema(count: 12, kind: .number, names: (0..<12).map { "\(400 + 2 * $0).5" })
    case .names, .unfinished, .classes, .labels:
      TableSchema(count: 12, kind: .number, names: [Self.evil] + (1..<12).map { "gene \($0)" })
    }
  }

  /// `value` as `result.json` has it.
  private var json: String {
    value.isFinite ? "\(value)" : value.isNaN ? "\"nan\"" : value > 0 ? "\"inf\"" : "\"-inf\""
  }

  private var resultText: String {
    """
    {"selectors": {"mean_max": \(json), "unconverged": 1, "distinct": 2, "repaired": [1], "argmax": [0, 0]},
     "selection": [
      {"selector": 0, "feature": 0, "probability": \(json), "rank": 1, "importance": \(json), "interchangeable": true,
       "stand_ins": [{"feature": 3, "correlation": \(json)}, {"feature": 4, "correlation": 0.5}]},
      {"selector": 1, "feature": 5, "probability": 0.5, "group_probability": 0.95, "rank": 2, "importance": 0.1,
       "interchangeable": true, "stand_ins": []}],
     "start": {"steps": 10, "search": \(json), "selectors": 0.5, "uses_search": true},
     "candidates": [
      {"sources": ["greedy"], "features": [0, 1], "validation": \(json), "standard_error": \(json),
       "difference_error": \(json), "explained": \(json), "chosen": false},
      {"sources": ["selectors"], "features": [0, 5], "validation": 0.5, "chosen": true}],
     "errors": [{"part": "test", "rows": 7, "mse": \(json), "standard_error": \(json)}],
     "comparison": {"part": "test", "rows": 7, "explained": [\(json), null],
      "entries": [
       {"name": "result", "summary": "this", "linear_error": \(json), "features": [0, 5]},
       {"name": "random", "summary": "<b>", "linear_error": 0.5},
       {"name": "pca", "summary": "bound", "linear_error": \(json)}]},
     "failures": [{"name": "comparing", "seconds": 1, "failure": "\\"</svg>"}]}
    """
  }

  private func record(_ step: Int) -> MetricsRecord {
    MetricsRecord(
      step: step, epoch: step, temperature: value, loss: value, objective: Metric("mse", value), gjs: 0,
      meanMax: value, distinct: 2, validation: step == 2 ? [] : [Metric("mse", value)],
      selectors: .init(Convergence(Autoencoder<Float>(shape: shape))), rowsPerSecond: value,
      stepMs: .init(mean: value, max: value), learningRate: value, selectorLearningRate: value)
  }

  private var shape: ModelShape {
    ModelShape(
      featureCount: 12, selectorCount: 2, hidden: [], layerNorm: false, task: .reconstruct, targetCount: nil)
  }

  private var labels: PredictedLabels? {
    switch kind {
    case .classes:
      PredictedLabels(
        kind: .classes(names: ["a", Self.evil], counts: [[3, 1], [2, 0]]), part: "test", rows: 6)
    case .labels:
      PredictedLabels(kind: .values([(1, 2), (value, 3), (4, value)]), part: "test", rows: 3)
    case .image, .spectrum, .names, .unfinished: nil
    }
  }

  func run() throws -> RunReport {
    let schema = schema
    var configuration = RunConfiguration()
    configuration.selector.k = 2
    configuration.data.path = "/data/\(Self.evil)"
    configuration.task = kind == .classes ? .classify : kind == .labels ? .regress : .reconstruct
    let result =
      kind == .unfinished ? nil : try StoredResult.read(json: Data(resultText.utf8))
    var selection = Selection(
      indices: [0, 5], probabilities: [value, 0.5], featureCount: 12,
      grid: schema.grid, names: schema.names)
    for (place, reason) in (result?.selection ?? []).enumerated() {
      selection.features[place].takeReasons(of: reason)
    }
    let values: [Double?] = (0..<12).map { $0 == 3 ? nil : $0 % 2 == 0 ? value : 0.5 }
    let rebuilt = RebuiltFeatures(
      values: values, overall: value, source: "by hand", ordered: [1, 2, 4, 6, 7],
      samples: [
        .init(feature: 1, points: [(value, 1), (1, value), (2, 2)]), .init(feature: 2, points: []),
        .init(feature: 4, points: [(1, 1)]),
      ], rows: [(0..<12).map { (value, Double($0)) }])
    let strip = try PNGImage(grey: [UInt8](repeating: 9, count: 24), width: 8, height: 3)
    return RunReport(
      path: "runs/\(Self.evil)", configuration: configuration,
      data: DataDescription(
        schema: schema,
        preprocessing: Preprocessing(
          offset: (0..<12).map { value.isFinite ? Double($0) * value : 0 },
          scale: Array(repeating: 2, count: 12)), classes: kind == .classes ? ["a", Self.evil] : nil),
      selection: selection, result: result, metrics: kind == .unfinished ? [] : [1, 2, 3].map(record),
      rebuilt: [.unfinished, .classes, .labels].contains(kind) ? nil : rebuilt, labels: labels,
      images: kind == .image
        ? MomentImages(
          original: strip, seen: strip, mean: try PNGImage(grey: [UInt8](0..<12), width: 4, height: 3),
          moments: [.init(label: "before training", strip: strip), .init(label: "result", strip: strip)])
        : nil)
  }
}
