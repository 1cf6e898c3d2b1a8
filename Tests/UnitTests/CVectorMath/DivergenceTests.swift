import ConcreteAutoencoder
import Foundation
import LinearAlgebra
import Testing

@Suite(.everyVectorLevel) struct DivergenceTests {
  @Test("log of the mean of exponentials, with values that underflow and overflow")
  func logMeanExp() {
    let rows = 3
    let x: [[Double]] = [
      [0, -200, 300, -1000, 1, -88], [0, -201, 299, 5, 2, -90], [0, -250, -300, 4, 3, -400],
    ]
    let expected = (0..<6).map { column in
      let values = x.map { $0[column] }
      let top = values.max() ?? 0
      return top + log(values.reduce(0) { $0 + exp($1 - top) } / Double(rows))
    }
    func check<Scalar: Real>(_: Scalar.Type, _ tolerance: Double) {
      let input = AlignedBuffer<Scalar>(x.flatMap { $0 })
      let (out, scratch) = (AlignedBuffer<Scalar>(count: 6), AlignedBuffer<Scalar>(count: 6))
      Scalar.logMeanExp(out: out.base, scratch: scratch.base, x: input.base, rows: rows, columns: 6)
      for (actual, value) in zip(out.doubles, expected) {
        #expect(abs(actual - value) <= tolerance * max(1, abs(value)))
      }
    }
    check(Float.self, 2e-7)
    check(Double.self, 1e-15)
  }

  private func diversity(_ rows: [[Double]]) -> Double {
    let shape = ModelShape(featureCount: rows[0].count, selectorCount: rows.count, hidden: [])
    let logits = AlignedBuffer<Float>(rows.flatMap { $0 })
    let diversity = Diversity<Float>(shape: shape)
    diversity.take(logits: MatrixView(logits.base, rows: rows.count, columns: rows[0].count))
    return diversity.value
  }

  @Test("0 for equal selectors, ln K for selectors that share nothing")
  func limits() {
    #expect(abs(diversity([[1, 2, 3], [1, 2, 3], [1, 2, 3]])) < 1e-6)
    #expect(abs(diversity([[80, 0, 0], [0, 80, 0], [0, 0, 80]]) - log(3)) < 1e-6)
    #expect(abs(diversity([[500, 0, 0], [0, 500, 0], [0, 0, 500]]) - log(3)) < 1e-6)
    #expect(abs(diversity([[80, 0, 0], [80, 0, 0], [0, 0, 80]]) - (log(3) - 2 * log(2) / 3)) < 1e-6)
    #expect(abs(diversity([[3, 1, 0]])) < 1e-6)
  }

  @Test("the gradient is added to the rows asked for, and leaves the value as it is")
  func gradientOfRows() {
    let shape = ModelShape(featureCount: 40, selectorCount: 5, hidden: [])
    let fixture = LoopFixture<Double>(tolerance: 1e-13)
    let logits = fixture.values(200, from: -4, to: 4)
    let view = MatrixView(logits.base, rows: 5, columns: 40)
    let gradient = AlignedBuffer<Double>(count: 200)
    gradient.elements.update(repeating: 1)
    let diversity = Diversity<Double>(shape: shape)
    diversity.take(logits: view)
    let before = diversity.value
    let target = MatrixView(gradient.base, rows: 5, columns: 40)
    diversity.addGradient(weight: 2, selectors: 0..<3, features: 0..<40, to: target)
    #expect((0..<120).allSatisfy { gradient.elements[$0] != 1 }, "added to every element of the first rows")
    #expect((120..<200).allSatisfy { gradient.elements[$0] == 1 }, "and to no other")
    diversity.addGradient(weight: 2, selectors: 3..<5, features: 0..<40, to: target)
    #expect(diversity.value == before)
    // The softmax does not see a shift of a row, so each row's gradient sums to 0.
    for k in 0..<5 { #expect(abs(gradient.row(k, of: 40).reduce(-40, +)) < 1e-12) }

    let part = AlignedBuffer<Double>(count: 5 * 13)
    diversity.addGradient(
      weight: 2, selectors: 0..<5, features: 17..<30, to: MatrixView(part.base, rows: 5, columns: 13))
    for k in 0..<5 {
      for column in 0..<13 {
        let whole = gradient.row(k, of: 40)[17 + column] - 1
        #expect(abs(part.row(k, of: 13)[column] - whole) < 1e-15, "some features of selector \(k)")
      }
    }
  }
}
