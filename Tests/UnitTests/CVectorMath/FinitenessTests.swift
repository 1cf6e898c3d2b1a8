import CVectorMath
import LinearAlgebra
import Testing

@Suite(.everyVectorLevel) struct FinitenessTests {
  @Test("NaN and infinities are found in every position", arguments: [1, 7, 8, 15, 16, 17, 33, 70])
  func everyPosition(count: Int) {
    func check<Scalar: Real>(_: Scalar.Type) {
      let values = AlignedBuffer<Scalar>(count: count)
      let harmless: [Scalar] = [
        0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude,
        -.greatestFiniteMagnitude, 1,
      ]
      for index in 0..<count { values.base[index] = harmless[index % harmless.count] }
      #expect(Scalar.allFinite(x: values.base, count: count))
      for position in 0..<count {
        let kept = values.base[position]
        for bad in [Scalar.nan, -.nan, .signalingNaN, .infinity, -.infinity] {
          values.base[position] = bad
          #expect(!Scalar.allFinite(x: values.base, count: count), "\(bad) at \(position) of \(count)")
        }
        values.base[position] = kept
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func nothingIsFinite() {
    let empty = AlignedBuffer<Float>(count: 0)
    #expect(Float.allFinite(x: empty.base, count: 0))
  }

  enum Loop: CaseIterable, Sendable {
    case perturbedSoftmax, logSoftmax, softmaxBackward, squaredError, sum, layerNorm, layerNormBackward
    case divergence, crossEntropy, adam, addScaled, columnSums, leaky, multiply
  }

  /// Some loops may reorder their sums; none may lose a NaN or an infinity on the way.
  @Test("what is not finite comes out of every loop", arguments: Loop.allCases)
  func comesThrough(_ loop: Loop) {
    for bad in [Float.nan, .infinity] {
      for position in [0, 1, 15, 16, 20, 36] {
        #expect(!isFinite(after: loop, bad: bad, at: position), "\(bad) at \(position)")
      }
    }
    #expect(isFinite(after: loop, bad: 0.5, at: 3))
  }

  private func isFinite(after loop: Loop, bad: Float, at position: Int) -> Bool {
    let count = 37
    let x = AlignedBuffer<Float>(count: count)
    let others = (0..<4).map { _ in AlignedBuffer<Float>(count: count) }
    for index in 0..<count {
      x.base[index] = Float(index % 5) / 5
      for other in others { other.base[index] = Float(index % 7 + 1) / 50 }
    }
    x.base[position] = bad
    var result = 0.0
    switch loop {
    case .perturbedSoftmax:
      Float.perturbedSoftmax(noise: x.base, logits: others[0].base, count: count, inverseTemperature: 2)
    case .logSoftmax: Float.logSoftmax(out: others[0].base, logits: x.base, count: count)
    case .softmaxBackward:
      let dot = Float.sampleDot(a: x.base, row: others[0].base, count: count)
      Float.softmaxBackward(gradient: x.base, output: others[0].base, dot: dot, count: count, scale: 1)
    case .squaredError:
      result = cvm_squared_error_f32(others[0].base, others[1].base, x.base, 1, count, 1)
    case .sum: result = Float.sum(x: x.base, count: count)
    case .layerNorm:
      Float.layerNorm(
        x: x.base, normalized: others[0].base, inverseDeviation: others[1].base, gain: others[2].base,
        shift: others[3].base, rows: 1, columns: count, epsilon: 1e-5)
    case .layerNormBackward:
      Float.layerNormBackward(
        gradient: x.base, normalized: others[0].base, inverseDeviation: others[1].base,
        gain: others[2].base, rows: 1, columns: count)
    case .divergence:
      result = Float.divergence(
        gradient: others[1].base, logP: others[0].base, logM: x.base, count: count, part: 0..<count, scale: 1)
    case .crossEntropy:
      var correct = 0
      result = cvm_cross_entropy_f32(x.base, others[0].base, [2], 1, count, 1, &correct)
    case .adam:
      Float.adam(
        parameters: others[0].base, gradient: x.base, first: others[1].base, second: others[2].base,
        count: count, stepSize: 0.1, inverseCorrection: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
    case .addScaled: Float.addScaled(x: others[0].base, y: x.base, count: count, scale: 1)
    case .columnSums: Float.columnSums(out: others[0].base, x: x.base, rows: 1, columns: count)
    case .leaky: Float.leaky(x: x.base, count: count, slope: 0.2)
    case .multiply:
      Float.multiply(x: others[0].base, mask: x.base, count: count)
    }
    let outputs = ([x] + others).filter { $0 !== x || loop.isInPlace }
    return result.isFinite && outputs.allSatisfy { Float.allFinite(x: $0.base, count: count) }
  }
}

extension FinitenessTests.Loop {
  /// Whether the loop's bad input is also its output: otherwise it must show elsewhere.
  var isInPlace: Bool {
    switch self {
    case .perturbedSoftmax, .softmaxBackward, .layerNorm, .layerNormBackward, .crossEntropy, .leaky: true
    default: false
    }
  }
}
