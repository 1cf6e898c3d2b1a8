import CVectorMath
import CounterRandom
import Foundation
import LinearAlgebra
import Testing

/// The float loops against plain double arithmetic on the same floats, in units of the last place: the errors that
/// CVectorMath.h states.
@Suite(.everyVectorLevel) struct LoopAccuracyTests {
  /// The worst error so far.
  private struct Worst {
    var ulps = 0.0

    /// Counts in ulps of the largest of `sizes`, of the exact value if there are none.
    mutating func take(_ actual: Float, _ exact: Double, of sizes: Double...) {
      let size = Float(([abs(exact)] + sizes).max() ?? 0)
      let error = abs(Double(actual) - exact) / Double(max(size, .leastNormalMagnitude).ulp)
      if !(error <= ulps) { ulps = error }
    }
  }

  private let rounds = 100
  private let count = 784

  private func uniform(_ round: Int, _ row: Int, _ low: Float, _ high: Float) -> [Float] {
    var words = [UInt32](repeating: 0, count: count)
    let stream = RandomStream(seed: 17, purpose: .syntheticData, step: round, row: row)
    cvm_random_words(&words, count, stream.cStream)
    return words.map { low + (high - low) * Float($0 >> 8) * 0x1p-24 }
  }

  @Test("Gumbel draws: 1.3 ulp of the larger of the draw and 1")
  func gumbel() {
    var worst = Worst()
    var (single, double) = ([Float](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for round in 0..<rounds {
      let stream = RandomStream(seed: 1, purpose: .selectorNoise, step: round).cStream
      cvm_gumbel_f32(&single, 0, count, stream)
      cvm_gumbel_f64(&double, 0, count, stream)
      for (value, exact) in zip(single, double) { worst.take(value, exact, of: 1) }
    }
    #expect(worst.ulps <= 1.35)
  }

  @Test("softmax: 20 ulp of each of 784 probabilities at T = 1")
  func softmax() {
    var worst = Worst()
    for round in 0..<rounds {
      let logits = uniform(round, 0, -4, 4)
      var values = uniform(round, 1, -2, 8)
      let exact = PlainLoops.softmax(zip(logits, values).map { Double($0 + $1) })
      var (largest, sum) = (Float(0), Float(0))
      cvm_perturbed_exp_f32(&values, logits, count, 1, &largest, &sum)
      cvm_scale_sample_f32(&values, count, 1 / sum)
      for (value, exact) in zip(values, exact) { worst.take(value, exact) }
    }
    #expect(worst.ulps <= 21)
  }

  @Test("log softmax: 1.75 ulp")
  func logSoftmax() {
    var worst = Worst()
    for round in 0..<rounds {
      let logits = uniform(round, 0, -4, 4)
      var values = logits
      cvm_log_softmax_f32(&values, logits, count)
      for (value, exact) in zip(values, PlainLoops.logSoftmax(logits.map(Double.init))) {
        worst.take(value, exact)
      }
    }
    #expect(worst.ulps <= 2)
  }

  @Test("log of a mean of exponentials: 3.2 ulp of the larger of the result and 1")
  func logMeanExp() {
    var worst = Worst()
    let (rows, columns) = (8, count / 8)
    for round in 0..<rounds {
      let x = uniform(round, 0, -4, 4)
      var (values, scratch) = ([Float](repeating: 0, count: columns), [Float](repeating: 0, count: columns))
      cvm_log_mean_exp_f32(&values, &scratch, x, rows, columns)
      for column in 0..<columns {
        let terms = (0..<rows).map { exp(Double(x[$0 * columns + column])) }
        worst.take(values[column], log(terms.reduce(0, +) / Double(rows)), of: 1)
      }
    }
    #expect(worst.ulps <= 3.5)
  }

  @Test("Adam: moments 2 ulp of their larger term, parameters 5 ulp of the larger of them and the change")
  func adam() {
    var (first, second, parameter) = (Worst(), Worst(), Worst())
    let (keep1, take1) = (Double(Float(0.9)), Double(Float(1 - 0.9)))
    let (keep2, take2) = (Double(Float(0.999)), Double(Float(1 - 0.999)))
    let (stepSize, correction, epsilon): (Float, Float, Float) = (0.01, 1.5, 1e-7)
    for round in 0..<rounds {
      let (x, gradient) = (uniform(round, 0, -4, 4), uniform(round, 1, -1, 1))
      let (m, v) = (uniform(round, 2, -1, 1), uniform(round, 3, 1e-6, 1))
      var (newX, newM, newV) = (x, m, v)
      cvm_adam_f32(&newX, gradient, &newM, &newV, count, stepSize, correction, 0.9, 0.999, epsilon)
      for index in 0..<count {
        let g = Double(gradient[index])
        let exactM = keep1 * Double(m[index]) + take1 * g
        let exactV = keep2 * Double(v[index]) + take2 * g * g
        let change = Double(stepSize) * exactM / (exactV.squareRoot() * Double(correction) + Double(epsilon))
        first.take(newM[index], exactM, of: abs(keep1 * Double(m[index])), abs(take1 * g))
        second.take(newV[index], exactV)
        parameter.take(newX[index], Double(x[index]) - change, of: abs(Double(x[index])), abs(change))
      }
    }
    #expect(first.ulps <= 2)
    #expect(second.ulps <= 1.5)
    #expect(parameter.ulps <= 5)
  }

  @Test("sums of squared differences and divergences: 3 ulp of the sum of 784")
  func sums() {
    var (squares, divergences) = (Worst(), Worst())
    for round in 0..<rounds {
      var y = uniform(round, 0, -4, 4)
      let (bias, target) = (uniform(round, 1, -1, 1), uniform(round, 2, -2, 8))
      let exact = (0..<count).reduce(0.0) { sum, index in
        let difference = Double(y[index]) + Double(bias[index]) - Double(target[index])
        return sum + difference * difference
      }
      let logP = PlainLoops.logSoftmax(y.map(Double.init)).map(Float.init)
      let logM = PlainLoops.logSoftmax(bias.map(Double.init)).map(Float.init)
      squares.take(Float(cvm_squared_error_f32(&y, bias, target, 1, count, 1)), exact)
      let divergence = zip(logP, logM).reduce(0.0) { $0 + exp(Double($1.0)) * (Double($1.0) - Double($1.1)) }
      divergences.take(Float(cvm_divergence_f32(nil, logP, logM, count, 0, 0, 1)), divergence)
    }
    #expect(squares.ulps <= 3.5)
    #expect(divergences.ulps <= 3.5)
  }

  @Test("layer normalisation: 4 ulp of the largest of 784")
  func layerNorm() {
    var worst = Worst()
    let (gain, shift) = ([Float](repeating: 1, count: count), [Float](repeating: 0, count: count))
    for round in 0..<rounds {
      var x = uniform(round, 0, -4, 4)
      let exact = PlainLoops.normalized(x.map(Double.init), epsilon: Double(Float(0.01))).values
      let largest = exact.map(abs).max() ?? 0
      var (units, inverse) = (x, Float(0))
      cvm_layer_norm_f32(&x, &units, &inverse, gain, shift, 1, count, 0.01)
      for (value, exact) in zip(units, exact) { worst.take(value, exact, of: largest) }
    }
    #expect(worst.ulps <= 4)
  }
}
