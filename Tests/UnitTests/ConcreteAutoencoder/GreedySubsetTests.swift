import ConcreteAutoencoder
import CounterRandom
import Evaluation
import LinearAlgebra
import Testing

@Suite struct GreedySubsetTests {
  /// Covariance of `rows` draws of features that are mixtures of a few sources.
  private func covariance(features: Int, sources: Int, seed: UInt64) -> [[Double]] {
    var generator = CounterGenerator(RandomStream(seed: seed, purpose: .syntheticData))
    let mixing = (0..<features).map { _ in (0..<sources).map { _ in generator.normal() } }
    return (0..<features).map { i in
      (0..<features).map { j in (0..<sources).reduce(0) { $0 + mixing[i][$1] * mixing[j][$1] } }
    }
  }

  private func pick(_ matrix: [[Double]], _ count: Int) -> [Int] {
    let buffer = AlignedBuffer<Double>(matrix.flatMap { $0 })
    return GreedySubset(covariance: buffer, featureCount: matrix.count, count: count).features
  }

  /// What is left of the total variance after the best linear prediction from `chosen`, by elimination.
  private func residual(_ matrix: [[Double]], _ chosen: [Int]) -> Double {
    var rest = matrix
    for feature in chosen {
      let pivot = rest[feature][feature]
      let column = rest.map { $0[feature] }
      for i in rest.indices {
        for j in rest.indices { rest[i][j] -= column[i] * column[j] / pivot }
      }
    }
    return rest.indices.reduce(0) { $0 + rest[$1][$1] }
  }

  @Test("each pick leaves the least variance, by trying every feature", arguments: [1, 2, 3, 4] as [UInt64])
  func matchesExhaustiveSteps(seed: UInt64) {
    let matrix = covariance(features: 23, sources: 12, seed: seed)
    var expected: [Int] = []
    for _ in 0..<8 {
      let candidates = matrix.indices.filter { !expected.contains($0) }
      let best = candidates.min {
        residual(matrix, expected + [$0]) < residual(matrix, expected + [$1])
      }
      expected.append(best ?? -1)
    }
    #expect(pick(matrix, 8) == expected)
  }

  @Test("stops when the picks explain everything")
  func stopsAtRank() {
    let matrix = covariance(features: 15, sources: 4, seed: 9)
    let picked = pick(matrix, 10)
    #expect(picked.count == 4)
    #expect(residual(matrix, picked) < 1e-9 * residual(matrix, []))
  }

  @Test("a feature and its copies: the first is taken, the copies never")
  func copies() {
    let matrix: [[Double]] = [[1, 0, 0, 0], [0, 4, 4, 0], [0, 4, 4, 0], [0, 0, 0, 2]]
    #expect(pick(matrix, 4) == [1, 3, 0])
  }

  @Test("explaining others counts for more than own variance")
  func sharedVariance() {
    let matrix: [[Double]] = [[1.5, 0, 0, 0], [0, 1, 0.9, 0.9], [0, 0.9, 1, 0.8], [0, 0.9, 0.8, 1]]
    #expect(pick(matrix, 2) == [1, 0])
  }

  @Test("a covariance of zero gives nothing")
  func nothing() {
    #expect(pick([[0, 0], [0, 0]], 2).isEmpty)
  }
}
