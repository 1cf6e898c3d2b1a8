import CVectorMath
import ConcreteAutoencoder
import Foundation
import LinearAlgebra
import Testing

@Suite(.everyVectorLevel) struct LossLoopTests {
  static let shapes = [(0, 4), (1, 1), (3, 5), (4, 17), (5, 784)]

  @Test("squared error and its gradient", arguments: shapes)
  func squaredError(rows: Int, columns: Int) {
    func check<Scalar: Real>(_ fixture: LoopFixture<Scalar>) {
      let count = rows * columns
      let y = fixture.values(count)
      let (bias, target) = (fixture.values(columns, row: 1), fixture.values(count, row: 2))
      let differences = (0..<count).map {
        Double(y.base[$0]) + Double(bias.base[$0 % columns]) - Double(target.base[$0])
      }
      let sums = SquaredError.features.differentiate(
        MatrixView(y.base, rows: rows, columns: columns), bias: bias.base,
        target: .values(MatrixView(target.base, rows: rows, columns: columns)), scale: 0.125)
      #expect(sums.weight == Double(count))
      expectClose(
        sums.loss, differences.reduce(0) { $0 + $1 * $1 }, tolerance: fixture.tolerance, "squared error")
      fixture.expect(y, differences.map { $0 / 4 }, "gradient")
    }
    check(LoopFixture<Float>(tolerance: 1e-6))
    check(LoopFixture<Double>(tolerance: 1e-13))
  }

  @Test(
    "cross entropy, its gradient and the rows found",
    arguments: [(0, 4), (1, 2), (9, 3), (6, 10), (4, 255), (3, 700)])
  func crossEntropy(rows: Int, classes: Int) {
    func check<Scalar: Real>(_ fixture: LoopFixture<Scalar>) {
      let logits = fixture.values(rows * classes, from: -5, to: 5)
      let bias = fixture.values(classes, row: 1)
      let labels = (0..<rows).map { Int32($0 * 7 % classes) }
      let before = (0..<rows).map { row in
        PlainLoops.logSoftmax(zip(logits.row(row, of: classes), bias.row(0, of: classes)).map(+))
      }
      let sums = labels.withUnsafeBufferPointer {
        CrossEntropy().differentiate(
          MatrixView(logits.base, rows: rows, columns: classes), bias: bias.base,
          target: .classes($0.baseAddress!), scale: 0.5)
      }
      let expected = zip(before, labels).reduce(0) { $0 - $1.0[Int($1.1)] }
      expectClose(sums.loss, expected, tolerance: fixture.tolerance, "cross entropy")
      let found = zip(before, labels).count { $0.firstIndex(of: $0.max() ?? 0) == Int($1) }
      #expect(sums.correct == Double(found) && sums.weight == Double(rows))
      let gradient = zip(before, labels).flatMap { row, label in
        row.enumerated().map { 0.5 * (exp($1) - ($0 == Int(label) ? 1 : 0)) }
      }
      fixture.expect(logits, gradient, "gradient")
    }
    check(LoopFixture<Float>(tolerance: 2e-6))
    check(LoopFixture<Double>(tolerance: 1e-13))
  }

  @Test("steep logits give a finite cross entropy", arguments: [(0, 0), (1, 2e4)] as [(Int32, Double)])
  func steepLogits(label: Int32, expected: Double) {
    let logits = AlignedBuffer<Float>([1e4, -1e4, 0])
    var correct = 0
    let sum = cvm_cross_entropy_f32(logits.base, [0, 0, 0], [label], 1, 3, 1, &correct)
    #expect(sum == expected)
    #expect(correct == (label == 0 ? 1 : 0))
    #expect(Float.allFinite(x: logits.base, count: 3))
  }

  @Test("bytes become floats between 0 and 1")
  func fromBytes() {
    let bytes = (0...255).map { UInt8($0) }
    var single = [Float](repeating: -1, count: 256)
    var double = [Double](repeating: -1, count: 256)
    cvm_from_bytes_f32(&single, bytes, 256, 1 / 255)
    cvm_from_bytes_f64(&double, bytes, 256, 1 / 255)
    for value in 0...255 {
      #expect(abs(single[value] - Float(value) / 255) <= Float(value) / 255 * 1.2e-7)
      #expect(abs(double[value] - Double(value) / 255) <= 1e-15)
    }
    #expect(single[0] == 0)
  }
}
