import CVectorMath
import CounterRandom
import Foundation
import Testing

@Suite(.everyVectorLevel) struct GumbelTests {
  static let eulerMascheroni = 0.577_215_664_901_532_9

  /// A million draws as one sequence and ten million as the rows of many selectors.
  @Test("mean, variance, distribution and bounds", arguments: [(1, 1_000_000), (12_756, 784)])
  func statistics(rows: Int, columns: Int) {
    var row = [Float](repeating: 0, count: columns)
    let bins = 1 << 20
    var counts = [Int](repeating: 0, count: bins)
    var (sum, squares) = (0.0, 0.0)
    var (lowest, highest) = (Float.infinity, -Float.infinity)
    for k in 0..<rows {
      let stream = RandomStream(seed: 5, purpose: .selectorNoise, step: 3, row: k)
      cvm_gumbel_f32(&row, 0, columns, stream.cStream)
      for value in row {
        let draw = Double(value)
        sum += draw
        squares += draw * draw
        lowest = min(lowest, value)
        highest = max(highest, value)
        counts[min(bins - 1, Int(exp(-exp(-draw)) * Double(bins)))] += 1
      }
    }
    let count = Double(rows * columns)
    let mean = sum / count
    let variance = squares / count - mean * mean
    let exactVariance = Double.pi * Double.pi / 6
    // Four standard errors; the excess kurtosis of the distribution is 12/5.
    #expect(abs(mean - Self.eulerMascheroni) < 4 * (exactVariance / count).squareRoot())
    #expect(abs(variance - exactVariance) < 4 * exactVariance * (4.4 / count).squareRoot())
    #expect(lowest >= -2.82 && lowest < -2.5)
    #expect(highest <= 16.64 && highest > 12)

    // Kolmogorov-Smirnov at the bins' edges; 1.95 is the limit for one chance in a thousand.
    var below = 0
    var distance = 0.0
    for (bin, inBin) in counts.enumerated() {
      below += inBin
      distance = max(distance, abs(Double(below) / count - Double(bin + 1) / Double(bins)))
    }
    #expect(distance < 1.95 / count.squareRoot())
  }

  @Test("float draws are the double ones rounded")
  func agreesWithDouble() {
    let stream = RandomStream(seed: 6, purpose: .selectorNoise, step: 1, row: 2).cStream
    var single = [Float](repeating: 0, count: 100_000)
    var double = [Double](repeating: 0, count: 100_000)
    cvm_gumbel_f32(&single, 0, single.count, stream)
    cvm_gumbel_f64(&double, 0, double.count, stream)
    for (a, b) in zip(single, double) { #expect(abs(Double(a) - b) < 4e-7 * max(1, abs(b))) }
  }

  /// Streams that differ in one field, and two with a row and a step exchanged.
  static let others = [
    RandomStream(seed: 8, purpose: .selectorNoise, step: 4, row: 9),
    RandomStream(seed: 7 + 1 << 32, purpose: .selectorNoise, step: 4, row: 9),
    RandomStream(seed: 7, purpose: .logitsDropout, step: 4, row: 9),
    RandomStream(seed: 7, purpose: .decoderDropout, layer: 1, step: 4, row: 9),
    RandomStream(seed: 7, purpose: .selectorNoise, step: 5, row: 9),
    RandomStream(seed: 7, purpose: .selectorNoise, step: 4, row: 10),
    RandomStream(seed: 7, purpose: .selectorNoise, step: 9, row: 4),
    RandomStream(seed: 7, purpose: .selectorNoise, group: 1, step: 4, row: 9),
    RandomStream(seed: 7, purpose: .selectorNoise, group: 127, step: 4, row: 9),
    RandomStream(seed: 7, purpose: .selectorNoise, group: RandomStream.groupLimit - 1, step: 4, row: 9),
  ]

  @Test("streams that differ in one field are uncorrelated, at any small shift", arguments: others)
  func independence(_ other: RandomStream) {
    let count = 200_000
    func draws(_ stream: RandomStream) -> [Float] {
      var values = [Float](repeating: 0, count: count)
      cvm_gumbel_f32(&values, 0, count, stream.cStream)
      return values.map { $0 - Float(Self.eulerMascheroni) }
    }
    let first = draws(RandomStream(seed: 7, purpose: .selectorNoise, step: 4, row: 9))
    let second = draws(other)
    for shift in [0, 1, 16, 64, 1000] {
      var product = 0.0
      for index in 0..<count - shift { product += Double(first[index]) * Double(second[index + shift]) }
      let correlation = product / Double(count - shift) / (Double.pi * Double.pi / 6)
      #expect(abs(correlation) < 4.5 / Double(count).squareRoot(), "shift \(shift)")
    }
    #expect(zip(first, second).count { $0 == $1 } < 10)
  }

  @Test("a stream is uncorrelated with itself shifted", arguments: [1, 2, 4, 15, 16, 17, 32, 48, 64, 784])
  func autocorrelation(shift: Int) {
    let count = 1_000_000
    var values = [Float](repeating: 0, count: count)
    cvm_gumbel_f32(&values, 0, count, RandomStream(seed: 7, purpose: .selectorNoise).cStream)
    var product = 0.0
    for index in 0..<count - shift {
      product +=
        (Double(values[index]) - Self.eulerMascheroni)
        * (Double(values[index + shift]) - Self.eulerMascheroni)
    }
    let correlation = product / Double(count - shift) / (Double.pi * Double.pi / 6)
    #expect(abs(correlation) < 4.5 / Double(count).squareRoot())
  }
}
