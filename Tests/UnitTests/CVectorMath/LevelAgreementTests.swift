import CVectorMath
import CounterRandom
import LinearAlgebra
import Testing

/// What the instruction sets agree on: some loops to the bit, the others within their errors.
@Suite(.choosesVectorLevel) struct LevelAgreementTests {
  static let counts = [1, 15, 16, 33, 70, 784, 1027]

  /// The results of a loop with every instruction set of this machine, the baseline's first.
  private func results<Result>(_ loop: () -> Result) throws -> [Result] {
    try VectorInstructions.available.map { level in
      try VectorInstructions.use(level)
      defer { try? VectorInstructions.use(.best) }
      return loop()
    }
  }

  private func expectEqual<Result: Equatable>(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ loop: () -> Result
  ) throws {
    let results = try results(loop)
    for (level, result) in zip(VectorInstructions.available, results) {
      #expect(result == results[0], "\(what) with \(level)", sourceLocation: sourceLocation)
    }
  }

  /// Values uniform in (low, high), the same whatever the instruction set in use.
  private func values<Scalar: Real>(
    _: Scalar.Type, _ count: Int, row: Int = 0, from low: Double = -1, to high: Double = 1
  ) -> [Scalar] {
    var words = [UInt32](repeating: 0, count: count)
    let stream = RandomStream(seed: 12, purpose: .syntheticData, row: row).cStream
    cvm_random_words(&words, count, stream)
    return words.map { Scalar(low + (high - low) * (Double($0) + 0.5) * 0x1p-32) }
  }

  @Test("integers, bytes, sums in a given order, products and choices: equal to the bit", arguments: counts)
  func equal(count: Int) throws {
    let stream = RandomStream(seed: 3, purpose: .selectorNoise, step: 5, row: 8).cStream
    try expectEqual("random words") {
      var words = [UInt32](repeating: 0, count: count)
      cvm_random_words(&words, count, stream)
      return words
    }
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
    try expectEqual("digest") { cvm_digest(bytes, count) }
    try equalLoops(Float.self, bytes: bytes)
    try equalLoops(Double.self, bytes: bytes)
  }

  private func equalLoops<Scalar: Real>(_ type: Scalar.Type, bytes: [UInt8]) throws {
    let count = bytes.count
    let (x, y) = (values(type, 3 * count), values(type, 3 * count, row: 1))
    func changed(_ loop: (UnsafeMutablePointer<Scalar>) -> Void) -> [Scalar] {
      var out = x
      out.withUnsafeMutableBufferPointer { loop($0.baseAddress!) }
      return out
    }
    let stream = RandomStream(seed: 3, purpose: .decoderDropout, step: 5, row: 8)
    try expectEqual("dropout mask") {
      changed { Scalar.dropoutMask(out: $0, count: count, probability: 0.3, stream: stream) }
    }
    try expectEqual("bytes") {
      changed { out in
        if let out = out as? UnsafeMutablePointer<Float> { cvm_from_bytes_f32(out, bytes, count, 1 / 255) }
        if let out = out as? UnsafeMutablePointer<Double> { cvm_from_bytes_f64(out, bytes, count, 1 / 255) }
      }
    }
    try expectEqual("add scaled by 1") { changed { Scalar.addScaled(x: $0, y: y, count: count, scale: 1) } }
    try expectEqual("multiply") { changed { Scalar.multiply(x: $0, mask: y, count: count) } }
    try expectEqual("product") { changed { Scalar.product(out: $0, a: x, b: y, count: count) } }
    try expectEqual("add bias") { changed { Scalar.addBias(x: $0, bias: y, rows: 3, columns: count) } }
    try expectEqual("leaky") { changed { Scalar.leaky(x: $0, count: count, slope: 0.2) } }
    try expectEqual("bias, leaky") {
      changed { Scalar.biasLeaky(x: $0, bias: y, rows: 3, columns: count, slope: 0.2) }
    }
    try expectEqual("leaky backward") {
      changed { Scalar.leakyBackward(gradient: $0, activated: y, count: count, slope: 0.2) }
    }
    try expectEqual("column sums") {
      changed { Scalar.columnSums(out: $0, x: y, rows: 3, columns: count) }
    }
    try expectEqual("gathered columns") {
      changed { out in
        let indices = (0..<count).map { UInt32($0 * 7 % count) }
        Scalar.gatherColumns(out: out, x: y, indices: indices, rows: 3, columns: count, selected: count)
      }
    }
    try expectEqual("largest") {
      var index = -1
      let top = Scalar.max(x: x, count: count, index: &index)
      return [Double(top), Double(index)]
    }
    try expectEqual("finite") { Scalar.allFinite(x: x, count: count) }
    try expectEqual("sum of a tree") {
      changed { out in
        let program = SumProgram.source(1) + (SumProgram.source(0) + .source(1))
        let finite = x.withUnsafeBufferPointer { x in
          y.withUnsafeBufferPointer { y in
            Scalar.sum(
              out: out, sources: [x.baseAddress, y.baseAddress], offset: count, program: program,
              count: count)
          }
        }
        if !finite { out[0] = .nan }
      }
    }
  }

  /// The most that two instruction sets may differ by: the sum of their errors, which CVectorMath.h states, in ulps
  /// of the larger of the result and `least`.
  private func expectNear(
    _ what: String, ulps: Double, least: Float = 0, sourceLocation: SourceLocation = #_sourceLocation,
    _ loop: () -> [Float]
  ) throws {
    let results = try results(loop)
    for (level, result) in zip(VectorInstructions.available, results) {
      var worst = 0.0
      for (one, other) in zip(result, results[0]) {
        worst = max(worst, Double(abs(one - other)) / Double(max(abs(other), least).ulp))
      }
      #expect(
        worst <= ulps, "\(what): \(level) is \(worst) ulp from baseline", sourceLocation: sourceLocation)
      // Those with fused multiply-add do the same operations, if the order of a sum is given.
      if level > .avx2 && !what.hasSuffix("any order") {
        #expect(result == results[1], "\(what): \(level) is not AVX2", sourceLocation: sourceLocation)
      }
    }
  }

  @Test("everything else: within the errors of both, and AVX2 as AVX-512", arguments: counts)
  func near(count: Int) throws {
    let stream = RandomStream(seed: 3, purpose: .selectorNoise, step: 5, row: 8)
    let x = values(Float.self, count, from: -4, to: 4)
    let y = values(Float.self, count, row: 1, from: -4, to: 4)
    let positive = values(Float.self, count, row: 2, from: 1e-6, to: 1)
    func changed(_ start: [Float], _ loop: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
      var out = start
      out.withUnsafeMutableBufferPointer { loop($0.baseAddress!) }
      return out
    }
    try expectNear("exp", ulps: 2.1) { changed(x) { cvm_exp_f32($0, x, count) } }
    try expectNear("log", ulps: 1.9) { changed(x) { cvm_log_f32($0, positive, count) } }
    try expectNear("gumbel", ulps: 2.4, least: 1) {
      changed(x) { Float.gumbel(out: $0, count: count, stream: stream) }
    }
    try expectNear("uniform", ulps: 1, least: 1) {
      changed(x) { Float.uniform(out: $0, count: count, low: -0.7, high: 1.3, stream: stream) }
    }
    try expectNear("add scaled", ulps: 1, least: 4) {
      changed(x) { Float.addScaled(x: $0, y: y, count: count, scale: 0.3) }
    }
    try expectNear("log softmax", ulps: 4, least: 1) {
      changed(x) { Float.logSoftmax(out: $0, logits: x, count: count) }
    }
    try expectNear("softmax, any order", ulps: 40) {
      changed(y) { Float.perturbedSoftmax(noise: $0, logits: x, count: count, inverseTemperature: 1) }
    }
    let rows = count.isMultiple(of: 7) ? 7 : 1
    try expectNear("log mean exp", ulps: 5, least: 1) {
      changed(Array(x.prefix(count / rows))) { out in
        var scratch = [Float](repeating: 0, count: count)
        Float.logMeanExp(out: out, scratch: &scratch, x: x, rows: rows, columns: count / rows)
      }
    }
    let logP = PlainLoops.logSoftmax(x.map(Double.init)).map(Float.init)
    let logM = PlainLoops.logSoftmax(y.map(Double.init)).map(Float.init)
    try expectNear("divergence", ulps: 5, least: 1) {
      var result = changed(x) {
        _ = Float.divergence(gradient: $0, logP: logP, logM: logM, count: count, part: 0..<count, scale: 1)
      }
      result.append(
        Float(Float.divergence(gradient: nil, logP: logP, logM: logM, count: count, part: 0..<0, scale: 1)))
      return result
    }
    for kept in 0..<3 {
      try expectNear("adam", ulps: 6, least: kept == 2 ? 0 : 1) {
        var (parameters, first, second) = (x, y, positive)
        cvm_adam_f32(&parameters, y, &first, &second, count, 0.01, 1.5, 0.9, 0.999, 1e-7)
        return [parameters, first, second][kept]
      }
    }
  }
}
