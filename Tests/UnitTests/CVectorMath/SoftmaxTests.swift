import CounterRandom
import Foundation
import LinearAlgebra
import Testing

@Suite(.everyVectorLevel) struct SoftmaxTests {
  static let sizes = [1, 2, 15, 16, 17, 63, 65, 784]

  @Test("softmax, log-softmax and the gradient through softmax against plain loops", arguments: sizes)
  func matchesPlainLoops(count: Int) {
    check(LoopFixture<Float>(tolerance: 4e-6), count)
    check(LoopFixture<Double>(tolerance: 1e-13), count)
  }

  private func check<Scalar: Real>(_ fixture: LoopFixture<Scalar>, _ count: Int) {
    let logits = fixture.values(count, from: -3, to: 3)
    let noise = fixture.values(count, row: 1, from: -2, to: 10)
    let sum = zip(logits.doubles, noise.doubles).map { ($0 + $1) * 0.5 }
    Scalar.perturbedSoftmax(
      noise: noise.base, logits: logits.base, count: count, inverseTemperature: 0.5)
    fixture.expect(noise, PlainLoops.softmax(sum), "softmax")

    let logs = AlignedBuffer<Scalar>(count: count)
    Scalar.logSoftmax(out: logs.base, logits: logits.base, count: count)
    if count > 1 {
      fixture.expect(logs, PlainLoops.logSoftmax(logits.doubles), "log-softmax")
    } else {
      #expect(abs(logs.base[0]) < 1e-6)
    }

    let gradient = fixture.values(count, row: 2)
    let expected = PlainLoops.softmaxBackward(gradient.doubles, noise.doubles).map { 3 * $0 }
    let scale = expected.map(abs).max() ?? 0
    let sumOfProducts = Scalar.sampleDot(a: gradient.base, row: noise.base, count: count)
    Scalar.softmaxBackward(
      gradient: gradient.base, output: noise.base, dot: sumOfProducts, count: count, scale: 3)
    for (actual, value) in zip(gradient.doubles, expected) {
      // The terms cancel: what counts is their size, about 1, not that of the result.
      #expect(abs(actual - value) <= fixture.tolerance * max(1, scale))
    }

    let inParts = fixture.values(count, row: 1, from: -2, to: 10)
    Self.softmaxInParts(noise: inParts.base, logits: logits.base, count: count, inverseTemperature: 0.5)
    fixture.expect(inParts, PlainLoops.softmax(sum), "softmax in parts")
    let slopes = fixture.values(count, row: 2)
    let start = fixture.values(count, row: 3)
    let total = AlignedBuffer<Scalar>(count: count)
    total.base.update(from: start.base, count: count)
    Scalar.softmaxBackwardAdd(
      gradient: total.base, outputGradient: slopes.base, output: noise.base, count: count, scale: 3)
    for index in 0..<count {
      let value = Double(start.base[index]) + expected[index]
      #expect(abs(Double(total.base[index]) - value) <= fixture.tolerance * max(1, scale))
    }
    #expect(slopes.doubles == fixture.values(count, row: 2).doubles, "only the sum may change")

    let dot = zip(slopes.doubles, start.doubles).reduce(0) { $0 + $1.0 * $1.1 }
    let size = zip(slopes.doubles, start.doubles).reduce(0) { $0 + abs($1.0 * $1.1) }
    #expect(
      abs(Double(Scalar.dot(a: slopes.base, b: start.base, count: count)) - dot) <= fixture.tolerance * size)
  }

  /// Replaces `noise` by a softmax that three workers make together, of which the second has nothing.
  private static func softmaxInParts<Scalar: Real>(
    noise: UnsafeMutablePointer<Scalar>, logits: UnsafePointer<Scalar>, count: Int, inverseTemperature: Scalar
  ) {
    let slices = [0..<(count + 1) / 2, (count + 1) / 2..<(count + 1) / 2, (count + 1) / 2..<count]
    // Each part's largest value, its sum, and a gap.
    var statistics: [Scalar] = Array(repeating: .nan, count: 9)
    for (part, slice) in slices.enumerated() {
      (statistics[3 * part], statistics[3 * part + 1]) = (-.infinity, 0)
      if slice.isEmpty { continue }
      statistics.withUnsafeMutableBufferPointer {
        let largest = $0.baseAddress! + 3 * part
        Scalar.perturbedExponentials(
          noise: noise + slice.lowerBound, logits: logits + slice.lowerBound, count: slice.count,
          inverseTemperature: inverseTemperature, largest: largest, sum: largest + 1)
      }
    }
    for (part, slice) in slices.enumerated() {
      Scalar.joinSoftmax(
        part: noise + slice.lowerBound, rows: 1, columns: slice.count, parts: statistics, stride: 3, count: 3,
        own: part, inverseTemperature: inverseTemperature, reach: .infinity)
    }
  }

  @Test(
    "rows sum to 1 and stay finite, however cold or steep",
    arguments: [0.001, 0.01, 0.1, 1, 10, 1000], [1, 100, 1e4, 1e6, 1e30] as [Float])
  func extremes(temperature: Double, spread: Float) {
    for count in [1, 50, 784] {
      let logits = AlignedBuffer<Float>(count: count)
      let noise = AlignedBuffer<Float>(count: count)
      Float.uniform(
        out: logits.base, count: count, low: -spread, high: spread,
        stream: RandomStream(seed: 1, purpose: .initialLogits))
      Float.gumbel(out: noise.base, count: count, stream: RandomStream(seed: 1, purpose: .selectorNoise))
      Float.perturbedSoftmax(
        noise: noise.base, logits: logits.base, count: count, inverseTemperature: Float(1 / temperature))
      #expect(Float.allFinite(x: noise.base, count: count))
      #expect(noise.elements.allSatisfy { $0 >= 0 && $0 <= 1 })
      #expect(abs(Float.sum(x: noise.base, count: count) - 1) < 2e-6)
      Float.gumbel(out: noise.base, count: count, stream: RandomStream(seed: 1, purpose: .selectorNoise))
      Self.softmaxInParts(
        noise: noise.base, logits: logits.base, count: count, inverseTemperature: Float(1 / temperature))
      #expect(noise.elements.allSatisfy { $0 >= 0 && $0 <= 1 })
      #expect(abs(Float.sum(x: noise.base, count: count) - 1) < 2e-6)
      Float.logSoftmax(out: noise.base, logits: logits.base, count: count)
      #expect(Float.allFinite(x: noise.base, count: count))
    }
  }

  @Test("at low temperature the sample is a single feature")
  func coldSampleIsOneHot() {
    let logits = AlignedBuffer<Float>([0, 1, 5, 2, 4.5])
    let noise = AlignedBuffer<Float>(count: 5)
    Float.perturbedSoftmax(noise: noise.base, logits: logits.base, count: 5, inverseTemperature: 1000)
    #expect(Array(noise.elements) == [0, 0, 1, 0, 0])
  }

  @Test("equal logits share, whatever their size", arguments: [0, 88, -1e4, 1e30] as [Float])
  func equalLogits(value: Float) {
    let logits = AlignedBuffer<Float>(count: 64)
    logits.elements.update(repeating: value)
    let noise = AlignedBuffer<Float>(count: 64)
    Float.perturbedSoftmax(noise: noise.base, logits: logits.base, count: 64, inverseTemperature: 100)
    #expect(noise.elements.allSatisfy { $0 == 1 / 64 })
  }
}
