import ConcreteAutoencoder
import Foundation
import LinearAlgebra
import Testing

@Suite struct ConvergenceTests {
  private func model<Scalar: Real>(_ rows: [[Double]], as _: Scalar.Type = Float.self) -> Autoencoder<Scalar>
  {
    let model = Autoencoder<Scalar>(
      shape: ModelShape(featureCount: rows[0].count, selectorCount: rows.count, hidden: []))
    for (k, row) in rows.enumerated() {
      for (j, value) in row.enumerated() { model.logits[k, j] = Scalar(value) }
    }
    return model
  }

  @Test func measuresEachSelector() {
    let convergence = Convergence(
      model([[0, 0, 0, 0], [20, 0, 0, 0], [0, 0, log(3.0), 0], [30, 0, 0, 0]]))
    let expected = [0.25, 1, 0.5, 1]
    for (actual, value) in zip(convergence.confidences, expected) { #expect(abs(actual - value) < 1e-6) }
    #expect(abs(convergence.meanMax - 0.6875) < 1e-6)
    #expect(convergence.features == [0, 0, 2, 0])
    #expect(convergence.distinct == 2)
    #expect(convergence.unconverged == 2)
  }

  @Test("names the features that the model selects, however close the logits")
  func agreesWithSelectedFeatures() {
    // log-softmax subtracts log 784 = 6.7, which rounds differences under 2e-7 away.
    var row = [Double](repeating: 0, count: 784)
    row[100] = 1e-9
    row[500] = 2e-9
    let model = model([row])
    #expect(model.selectedFeatures() == [500])
    #expect(Convergence(model).features == [500])
  }

  @Test func stronglySettledStaysFinite() {
    let convergence = Convergence(model([[3e4, -3e4, 0, 1], [-3e4, -3e4, -3e4, -2e4]]))
    #expect(convergence.confidences == [1, 1])
    #expect(convergence.features == [0, 3])
  }

  @Test(
    "the margin that a confidence needs",
    arguments: [(784, 12.8757), (10_463, 15.4681), (2, 6.2126), (1, 6.2126)])
  func margin(features: Int, expected: Double) {
    let margin = Convergence.margin(for: 0.998, featureCount: features)
    #expect(abs(margin - expected) < 1e-3)
    guard features > 1 else { return }
    var row = [Double](repeating: 0, count: features)
    row[1] = margin
    #expect(abs(Convergence(model([row], as: Double.self)).meanMax - 0.998) < 1e-12)
  }

  @Test("a selector between copies has converged on the group, one between others has not")
  func copies() {
    let model = Autoencoder<Double>(
      shape: ModelShape(featureCount: 6, selectorCount: 2, hidden: [], layerNorm: false))
    for j in [1, 4] {
      model.logits[0, j] = 20
      model.logits[1, j] = j == 1 ? 20 : 19.9
    }
    let alone = Convergence(model)
    #expect(alone.unconverged == 2 && alone.groupConfidences == nil)
    let grouped = Convergence(model) { _ in [1, 4] }
    #expect(grouped.unconverged == 0)
    #expect(grouped.groupConfidences?.allSatisfy { $0 > 0.999 } ?? false)
    #expect(Convergence(model) { [$0] }.unconverged == 2)
    // What a selector is given counts, not what it would have.
    #expect(Convergence(model, choosing: [3, 1]) { $0 == 3 ? [3] : [1, 4] }.unconverged == 1)
  }

  @Test("the unique percentage counts features that several selectors lead with once")
  func uniquePercentage() {
    #expect(Convergence(model([[1, 0, 0], [2, 0, 0], [0, 0, 1], [0, 0, 2]])).uniquePercentage == 50)
    #expect(Convergence(model([[1, 0], [0, 1]])).uniquePercentage == 100)
  }
}
