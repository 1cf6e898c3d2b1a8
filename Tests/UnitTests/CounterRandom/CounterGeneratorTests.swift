import CVectorMath
import CounterRandom
import Foundation
import Testing

@Suite struct CounterGeneratorTests {
  static let stream = RandomStream(seed: 0xfeed_5eed_1234_5678, purpose: .epochOrder, step: 6, row: 7)

  @Test("gives the words of the stream's counters in order")
  func words() {
    var generator = CounterGenerator(Self.stream)
    for counter in 0..<UInt32(20) {
      var output = [UInt32](repeating: 0, count: 4)
      cvm_philox4x32(
        [counter, 7, 6, RandomPurpose.epochOrder.rawValue], [0x1234_5678, 0xfeed_5eed], &output)
      #expect(generator.next() == UInt64(output[0]) | UInt64(output[1]) << 32)
      #expect(generator.next() == UInt64(output[2]) | UInt64(output[3]) << 32)
    }
  }

  @Test("works with the standard library, the same each time")
  func standardLibrary() {
    func draws() -> [Int] {
      var generator = CounterGenerator(Self.stream)
      return (0..<50).map { _ in Int.random(in: 0..<1000, using: &generator) }
    }
    #expect(draws() == draws())
    #expect(Set(draws()).count > 30)
  }

  @Test("uniform numbers in [0, 1) and normal numbers have their moments")
  func moments() {
    var generator = CounterGenerator(Self.stream)
    let count = 400_000
    let uniforms = (0..<count).map { _ in generator.uniform() }
    #expect(uniforms.allSatisfy { $0 >= 0 && $0 < 1 })
    let n = Double(count)
    #expect(abs(uniforms.reduce(0, +) / n - 0.5) < 4 / (12 * n).squareRoot())
    let normals = (0..<count).map { _ in generator.normal() }
    #expect(normals.allSatisfy { $0.isFinite })
    #expect(abs(normals.reduce(0, +) / n) < 4 / n.squareRoot())
    #expect(abs(normals.reduce(0) { $0 + $1 * $1 } / n - 1) < 4 * (2 / n).squareRoot())
    #expect(abs(normals.reduce(0) { $0 + pow($1, 4) } / n - 3) < 4 * (96 / n).squareRoot())
    let within = Double(normals.count { abs($0) < 1 }) / n
    #expect(abs(within - 0.682_689) < 4 * (0.2166 / n).squareRoot())
  }

  @Test("a shuffle is a permutation, the same for the same stream", arguments: [0, 1, 2, 10, 1000])
  func shuffle(count: Int) {
    func shuffled(step: Int) -> [UInt32] {
      var order = Array(0..<UInt32(count))
      order.shuffle(by: RandomStream(seed: 4, purpose: .epochOrder, step: step))
      return order
    }
    #expect(shuffled(step: 1).sorted() == Array(0..<UInt32(count)))
    #expect(shuffled(step: 1) == shuffled(step: 1))
    if count >= 10 { #expect(shuffled(step: 1) != shuffled(step: 2)) }
  }

  @Test("every permutation of four elements is as likely as any other")
  func fairShuffle() {
    var counts: [[UInt32]: Int] = [:]
    let trials = 48_000
    for trial in 0..<trials {
      var order: [UInt32] = [0, 1, 2, 3]
      order.shuffle(by: RandomStream(seed: 5, purpose: .epochOrder, step: trial))
      counts[order, default: 0] += 1
    }
    #expect(counts.count == 24)
    let expected = Double(trials) / 24
    let chiSquare = counts.values.reduce(0) { $0 + pow(Double($1) - expected, 2) / expected }
    // The 99.9th percentile for 23 degrees of freedom.
    #expect(chiSquare < 49.73)
  }
}
