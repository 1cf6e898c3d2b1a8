import ConcreteAutoencoder
import Foundation
import RunStore
import Tables

/// The labels of held-out rows beside those that a run's decoder gives them.
package struct PredictedLabels: Sendable {
  /// What labels are.
  package enum Kind: Sendable {
    /// Rows by class, as the label says and as the decoder does: [classes][classes].
    case classes(names: [String], counts: [[Int]])
    /// Numbers of some rows, in the labels' units.
    case values([(true: Double, predicted: Double)])
  }

  /// What there is.
  package let kind: Kind
  /// Which rows they are of: `test`, `test-fraction`.
  package let part: String
  /// How many.
  package let rows: Int
  /// R2 of labels that are numbers, on all of these rows by their weights; nil for classes, and where they do not vary.
  package let explained: Double?

  private static let blockSize = 128
  /// Rows of numbers: more points than these hide each other.
  private static let mostPoints = 500

  /// Puts the parts together.
  package init(kind: Kind, part: String, rows: Int, explained: Double? = nil) {
    (self.kind, self.part, self.rows, self.explained) = (kind, part, rows, explained)
  }

  /// Decodes the `held` rows; nil for a model of features, and for rows without labels.
  package init?(_ bundle: ModelBundle, held: HeldOutRows) {
    guard !bundle.model.shape.outputsAreFeatures, let target = held.dataset.target else { return nil }
    switch target {
    case .classes(let codes, _):
      let names = bundle.data.classes ?? (0..<bundle.model.shape.outputCount).map(String.init)
      guard names.count <= Target.largestClassCount else { return nil }
      var counts = names.map { _ in [Int](repeating: 0, count: names.count) }
      Self.decode(bundle.model, held, held.rows) { row, outputs in
        let given = outputs.indices.reduce(0) { outputs[$1] > outputs[$0] ? $1 : $0 }
        counts[Int(codes[Int(row)])][given] += 1
      }
      self.init(kind: .classes(names: names, counts: counts), part: held.part, rows: held.rows.count)
    case .values(let values):
      guard let scaling = bundle.data.valueScaling else { return nil }
      let known = held.rows.filter { !values[Int($0)].isNaN }
      let shown = Set(known.sample(Self.mostPoints))
      var points: [(true: Double, predicted: Double)] = []
      func weight(_ row: UInt32) -> Double { held.dataset.weights.map { Double($0[Int(row)]) } ?? 1 }
      let total = known.reduce(0) { $0 + weight($1) }
      let mean =
        known.reduce(0) { $0 + weight($1) * Double(values[Int($1)]) } / max(total, .leastNormalMagnitude)
      var (squares, variation) = (0.0, 0.0)
      Self.decode(bundle.model, held, known) { row, outputs in
        let (label, predicted) = (Double(values[Int(row)]), Double(outputs[0]))
        squares += weight(row) * (label - predicted) * (label - predicted)
        variation += weight(row) * (label - mean) * (label - mean)
        if shown.contains(row) { points.append((scaling.restored(label), scaling.restored(predicted))) }
      }
      self.init(
        kind: .values(points), part: held.part, rows: known.count,
        explained: variation > 0 ? 1 - squares / variation : nil)
    }
  }

  /// Calls `body` with each row and what the decoder makes of it.
  private static func decode(
    _ model: Autoencoder<Float>, _ held: HeldOutRows, _ rows: [UInt32],
    _ body: (UInt32, UnsafeBufferPointer<Float>) -> Void
  ) {
    let evaluator = Evaluator(model: model, maximumRows: blockSize)
    let loader = RowLoader<Float>(held.dataset)
    for start in stride(from: 0, to: rows.count, by: blockSize) {
      let block = rows[start..<min(start + blockSize, rows.count)]
      block.withUnsafeBufferPointer { loader.load($0, into: evaluator.rows.base) }
      let outputs = evaluator.decode(rowCount: block.count)
      for (place, row) in block.enumerated() {
        body(row, UnsafeBufferPointer(start: outputs.row(place), count: outputs.columns))
      }
    }
  }
}
