import CVectorMath
import CounterRandom
import LinearAlgebra
import Testing

/// An element's result may depend on its inputs alone: not on its place in the array, not on where the array is cut
/// or how it is aligned. Training with the same bits on any number of ranks rests on this.
@Suite(.everyVectorLevel) struct PlaceIndependenceTests {
  static let count = 71

  enum Loop: CaseIterable, Sendable {
    case adam, addScaled, multiply, product, sumTree, exp, log, leaky, leakyBackward, fromBytes, addBias
  }

  /// The first of four arrays has both signs; the others are positive, for logarithms and second moments.
  private func inputs<Scalar: Real>(_: Scalar.Type) -> [AlignedBuffer<Scalar>] {
    (0..<4).map { row in
      let values = LoopFixture<Scalar>(tolerance: 0).values(Self.count, row: row, from: 0.01, to: 3)
      if row == 0 { for index in stride(from: 0, to: values.count, by: 3) { values.base[index] *= -1 } }
      return values
    }
  }

  /// All four arrays after the loop has run on their elements in `range`, which start `shift` elements after a cache
  /// line: first every element of the first array.
  private func results<Scalar: Real>(
    _ inputs: [AlignedBuffer<Scalar>], _ loop: Loop, _ range: Range<Int>, shift: Int
  ) -> [[Scalar]] {
    let copies = inputs.map { input in
      let copy = AlignedBuffer<Scalar>(count: range.count + shift)
      (copy.base + shift).update(from: input.base + range.lowerBound, count: range.count)
      return copy
    }
    let start = copies.map { $0.base + shift }
    run(loop, on: start, bytes: range.map { UInt8(truncatingIfNeeded: $0 * 37) })
    return withExtendedLifetime(copies) { copies.map { Array($0.elements.dropFirst(shift)) } }
  }

  private func run<Scalar: Real>(_ loop: Loop, on arrays: [UnsafeMutablePointer<Scalar>], bytes: [UInt8]) {
    let (x, a, b, c) = (arrays[0], arrays[1], arrays[2], arrays[3])
    let count = bytes.count
    switch loop {
    case .adam:
      Scalar.adam(
        parameters: a, gradient: x, first: b, second: c, count: count, stepSize: 0.01,
        inverseCorrection: 1.5, beta1: 0.9, beta2: 0.999, epsilon: 1e-7)
    case .addScaled: Scalar.addScaled(x: a, y: x, count: count, scale: 0.3)
    case .multiply: Scalar.multiply(x: a, mask: x, count: count)
    case .product: Scalar.product(out: a, a: x, b: b, count: count)
    case .sumTree:
      let program = (SumProgram.source(0) + .source(1)) + (SumProgram.source(2) + .source(3))
      let sources = arrays.map { Optional(UnsafePointer($0)) }
      #expect(Scalar.sum(out: a, sources: sources, offset: 0, program: program, count: count))
    case .leaky: Scalar.leaky(x: x, count: count, slope: 0.2)
    case .leakyBackward: Scalar.leakyBackward(gradient: a, activated: x, count: count, slope: 0.2)
    case .addBias: Scalar.addBias(x: a, bias: x, rows: 1, columns: count)
    case .exp, .log, .fromBytes:
      if let out = a as? UnsafeMutablePointer<Float>, let from = x as? UnsafeMutablePointer<Float>,
        let positive = b as? UnsafeMutablePointer<Float>
      {
        switch loop {
        case .exp: cvm_exp_f32(out, from, count)
        case .log: cvm_log_f32(out, positive, count)
        default: cvm_from_bytes_f32(out, bytes, count, 1 / 255)
        }
      } else if let out = a as? UnsafeMutablePointer<Double>, let from = x as? UnsafeMutablePointer<Double>,
        let positive = b as? UnsafeMutablePointer<Double>
      {
        switch loop {
        case .exp: cvm_exp_f64(out, from, count)
        case .log: cvm_log_f64(out, positive, count)
        default: cvm_from_bytes_f64(out, bytes, count, 1 / 255)
        }
      }
    }
  }

  @Test("any cut, any alignment", arguments: Loop.allCases)
  func cuts(_ loop: Loop) {
    check(Float.self, loop)
    check(Double.self, loop)
  }

  private func check<Scalar: Real>(_ type: Scalar.Type, _ loop: Loop) {
    let (inputs, count) = (inputs(type), Self.count)
    let whole = results(inputs, loop, 0..<count, shift: 0)
    #expect(whole != inputs.map { Array($0.elements) }, "\(loop) changes something")
    for cut in 0...count {
      let left = results(inputs, loop, 0..<cut, shift: 0)
      let right = results(inputs, loop, cut..<count, shift: cut % 16)
      #expect(zip(left, right).map { $0 + $1 } == whole, "\(loop) of \(type) cut at \(cut)")
    }
    for shift in 1..<17 {
      #expect(results(inputs, loop, 0..<count, shift: shift) == whole, "\(loop) of \(type) at +\(shift)")
    }
    for index in 0..<count {
      let alone = results(inputs, loop, index..<index + 1, shift: index % 16)
      #expect(alone == whole.map { [$0[index]] }, "\(loop) of \(type), element \(index) alone")
    }
  }

  @Test("noise: every prefix and every suffix, at any alignment")
  func prefixes() {
    func check<Scalar: Real>(_: Scalar.Type) {
      let stream = RandomStream(seed: 2, purpose: .selectorNoise, step: 9, row: 4)
      let whole = AlignedBuffer<Scalar>(count: 200)
      Scalar.gumbel(out: whole.base, count: 200, stream: stream)
      let expected = whole.doubles
      for count in 0...200 {
        let part = AlignedBuffer<Scalar>(count: count + 16)
        Scalar.gumbel(out: part.base + count % 16, count: count, stream: stream)
        let draws = part.doubles.dropFirst(count % 16).prefix(count)
        #expect(Array(draws) == Array(expected.prefix(count)), "\(count)")
        let rest = AlignedBuffer<Scalar>(count: 200)
        Scalar.gumbel(out: rest.base + count % 16, first: count, count: max(0, 184 - count), stream: stream)
        let middle = rest.doubles.dropFirst(count % 16).prefix(max(0, 184 - count))
        #expect(Array(middle) == Array(expected[..<max(count, 184)].dropFirst(count)), "from \(count)")
      }
    }
    check(Float.self)
    check(Double.self)
  }
}
