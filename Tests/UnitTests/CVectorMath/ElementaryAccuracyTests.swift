import CVectorMath
import Foundation
import Testing

/// The float log and exp against the C library's in double, over ranges that the training step uses.
@Suite(.everyVectorLevel) struct ElementaryAccuracyTests {
  /// The most that was measured with any instruction set, over every third float: exp 1.03 ulp, log 0.93 ulp.
  static let expBound = 1.05
  static let logBound = 0.95

  struct Range: Sendable, CustomTestStringConvertible {
    let from: Float
    let to: Float
    /// Every how many of the floats between them.
    let stride: Int
    var testDescription: String { "\(from) to \(to)" }

    /// Floats of one sign, by their bit patterns.
    var values: [Float] {
      let (low, high) = (min(from.bitPattern, to.bitPattern), max(from.bitPattern, to.bitPattern))
      return Swift.stride(from: low, through: high, by: stride).map { Float(bitPattern: $0) } + [from, to]
    }
  }

  /// Distance in units of the last place of the exact value.
  private func worst(
    _ range: Range, _ loop: (UnsafeMutablePointer<Float>?, UnsafePointer<Float>?, Int) -> Void,
    _ exact: (Double) -> Double
  ) -> (ulps: Double, at: Float) {
    let values = range.values
    var results = [Float](repeating: .nan, count: values.count)
    loop(&results, values, values.count)
    var worst = (ulps: 0.0, at: Float(0))
    for (value, result) in zip(values, results) {
      let reference = exact(Double(value))
      let ulps = abs(Double(result) - reference) / Double(Float(reference).ulp)
      if !(ulps <= worst.ulps) { worst = (ulps, value) }
    }
    return worst
  }

  @Test(
    "exp",
    arguments: [
      Range(from: -87.3, to: -1, stride: 101), Range(from: -1, to: -1e-3, stride: 101),
      Range(from: -1e-3, to: -1e-30, stride: 1999), Range(from: 1e-30, to: 1, stride: 1999),
      Range(from: 1, to: 88, stride: 101),
    ])
  func exponential(_ range: Range) {
    let worst = worst(range, { cvm_exp_f32($0, $1, $2) }, exp)
    #expect(worst.ulps <= Self.expBound, "\(worst.ulps) ulp at \(worst.at)")
  }

  @Test(
    "log",
    arguments: [
      Range(from: .leastNormalMagnitude, to: 1e-10, stride: 1999), Range(from: 1e-10, to: 0.5, stride: 499),
      Range(from: 0.5, to: 2, stride: 31), Range(from: 2, to: 100, stride: 101),
      Range(from: 100, to: .greatestFiniteMagnitude, stride: 1999),
    ])
  func logarithm(_ range: Range) {
    let worst = worst(range, { cvm_log_f32($0, $1, $2) }, log)
    #expect(worst.ulps <= Self.logBound, "\(worst.ulps) ulp at \(worst.at)")
  }

  @Test(
    "exp at its ends and around them",
    arguments: [
      (0, 1), (-0.0, 1), (-87.4, 0), (-1e30, 0), (-.infinity, 0), (1e-10, 1), (-1e-10, 1),
    ] as [(Float, Float)])
  func specialExponentials(x: Float, expected: Float) {
    // In the vector part of the loop and in its tail.
    let values = [Float](repeating: x, count: 19)
    var results = [Float](repeating: .nan, count: 19)
    cvm_exp_f32(&results, values, 19)
    #expect(results.allSatisfy { $0 == expected })
  }

  @Test("the smallest exponential that is not 0 is a normal number")
  func smallest() {
    var result: Float = .nan
    cvm_exp_f32(&result, [-87.3], 1)
    #expect(result.isNormal)
  }

  @Test("log of 1 and of powers of two")
  func specialLogarithms() {
    let values = (-20...20).map { Float(sign: .plus, exponent: $0, significand: 1) }
    var results = [Float](repeating: .nan, count: values.count)
    cvm_log_f32(&results, values, values.count)
    #expect(results[20] == 0)
    for (exponent, result) in zip(-20...20, results) where exponent != 0 {
      #expect(abs(Double(result) / (Double(exponent) * log(2)) - 1) < 6e-8)
    }
  }

  @Test("NaN comes through exp, in every position")
  func notANumber() {
    for position in 0..<19 {
      var values = [Float](repeating: 0, count: 19)
      values[position] = .nan
      var results = values
      cvm_exp_f32(&results, values, 19)
      for (index, result) in results.enumerated() { #expect(result.isNaN == (index == position)) }
    }
  }
}
