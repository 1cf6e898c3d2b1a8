import CounterRandom
import LinearAlgebra
import Testing

/// Gumbel, uniform and dropout sequences: prefixes, determinism, ranges, frequencies.
@Suite(.everyVectorLevel) struct RandomSequenceTests {
  enum Kind: CaseIterable, Sendable { case gumbel, uniform, dropout }

  private func sequence<Scalar: Real>(
    _: Scalar.Type, _ kind: Kind, _ count: Int, row: Int = 3, padding: Int = 0
  ) -> [Scalar] {
    let stream = RandomStream(seed: 11, purpose: .selectorNoise, step: 2, row: row)
    let values = AlignedBuffer<Scalar>(count: count + padding)
    values.elements.update(repeating: -99)
    switch kind {
    case .gumbel: Scalar.gumbel(out: values.base, count: count, stream: stream)
    case .uniform: Scalar.uniform(out: values.base, count: count, low: 1, high: 3, stream: stream)
    case .dropout: Scalar.dropoutMask(out: values.base, count: count, probability: 0.5, stream: stream)
    }
    return Array(values.elements)
  }

  static let lengths = [0, 1, 63, 64, 65, 127, 784]

  @Test("shorter sequences are prefixes and write nothing more", arguments: Kind.allCases, lengths)
  func prefixes(kind: Kind, count: Int) {
    func check<Scalar: Real>(_ type: Scalar.Type) {
      let long = sequence(type, kind, 1000)
      let short = sequence(type, kind, count, padding: 70)
      #expect(Array(short.prefix(count)) == Array(long.prefix(count)))
      #expect(short.dropFirst(count).allSatisfy { $0 == -99 })
      #expect(!long.contains(-99))
    }
    check(Float.self)
    check(Double.self)
  }

  @Test("the same stream gives the same values, another row others", arguments: Kind.allCases)
  func determinism(kind: Kind) {
    #expect(sequence(Float.self, kind, 500) == sequence(Float.self, kind, 500))
    #expect(sequence(Float.self, kind, 500) != sequence(Float.self, kind, 500, row: 4))
  }

  @Test("uniform draws stay inside their interval and fill it")
  func uniform() {
    let values = sequence(Double.self, .uniform, 1_000_000)
    #expect(values.allSatisfy { $0 > 1 && $0 < 3 })
    #expect(values.min() ?? 9 < 1.0001 && values.max() ?? 0 > 2.9999)
    let mean = values.reduce(0, +) / 1e6
    let square = values.reduce(0) { $0 + ($1 - 2) * ($1 - 2) } / 1e6
    #expect(abs(mean - 2) < 4 / (3e6).squareRoot())
    #expect(abs(square - 1.0 / 3) < 4 * (4.0 / 45 / 1e6).squareRoot())
    #expect(sequence(Float.self, .uniform, 1_000_000).allSatisfy { $0 >= 1 && $0 <= 3 })
  }

  @Test("a mask drops its share and keeps the mean", arguments: [0, 0.1, 0.25, 0.5, 0.9, 0.999])
  func dropout(probability: Double) {
    func check<Scalar: Real>(_: Scalar.Type) {
      let count = 250_000
      let mask = AlignedBuffer<Scalar>(count: count)
      Scalar.dropoutMask(
        out: mask.base, count: count, probability: Scalar(probability),
        stream: RandomStream(seed: 3, purpose: .decoderDropout, layer: 1, step: 8, row: 5))
      let keep = 1 / (1 - Scalar(probability))
      #expect(mask.elements.allSatisfy { $0 == 0 || $0 == keep })
      let dropped = Double(mask.elements.count { $0 == 0 })
      let deviation = (Double(count) * probability * (1 - probability)).squareRoot()
      #expect(abs(dropped - Double(count) * probability) <= 4 * deviation)
    }
    check(Float.self)
    check(Double.self)
  }
}
