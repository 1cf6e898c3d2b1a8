import CounterRandom
import Foundation
import LinearAlgebra

/// How the selector's logits start.
public enum InitialLogits: String, Sendable, CaseIterable, Codable {
  /// Uniform in (-0.01, 0.01): near-uniform selection, rows differ enough for the diversity term to act.
  case uniform
  /// Uniform in (0, 1), each row divided by its sum, as the report does.
  case report
  /// Normal with variance 2 / (K + D) (Glorot, Bengio 2010).
  case glorot

  /// What the features of a warm start get on top. A lead of ln D makes a feature as likely as all others together; what
  /// is less does nothing, because the noise at the first temperatures drowns it.
  public static func warmStartMargin(featureCount: Int) -> Double { log(Double(featureCount)) + 6 }

  /// The logit of a feature that is never to be selected: its probability is 0 at any temperature, so that its gradient is
  /// 0 as well and it stays there.
  package static let never = -1e4

  /// Fills logits [selectors, features]; `features` are those of a warm start, one a selector.
  func fill<Scalar: Real>(_ logits: MatrixView<Scalar>, seed: UInt64, warmStart features: [Int]) {
    for k in 0..<logits.rows {
      let row = logits.row(k)
      let stream = RandomStream(seed: seed, purpose: .initialLogits, row: k)
      switch self {
      case .uniform:
        Scalar.uniform(out: row, count: logits.columns, low: -0.01, high: 0.01, stream: stream)
      case .report:
        Scalar.uniform(out: row, count: logits.columns, low: 0, high: 1, stream: stream)
        let scale = 1 / Scalar.sum(x: row, count: logits.columns)
        for j in 0..<logits.columns { row[j] = Scalar(Double(row[j]) * scale) }
      case .glorot:
        let deviation = (2 / Double(logits.rows + logits.columns)).squareRoot()
        var generator = CounterGenerator(stream)
        for j in 0..<logits.columns { row[j] = Scalar(deviation * generator.normal()) }
      }
    }
    for (k, feature) in features.enumerated() where k < logits.rows {
      logits[k, feature] += Scalar(Self.warmStartMargin(featureCount: logits.columns))
    }
  }
}
