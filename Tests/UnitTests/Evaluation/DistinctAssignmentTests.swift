import CounterRandom
import LinearAlgebra
import Testing

import Evaluation

@Suite struct DistinctAssignmentTests {
  private func logits(_ k: Int, _ d: Int, seed: UInt64, levels: Int = 0) -> AlignedBuffer<Double> {
    var generator = CounterGenerator(RandomStream(seed: seed, purpose: .syntheticData))
    let buffer = AlignedBuffer<Double>(count: k * d)
    for i in 0..<buffer.count {
      let value = generator.normal()
      buffer.base[i] = levels > 0 ? (value * Double(levels)).rounded() : value
    }
    return buffer
  }

  /// The largest sum of logits over all distinct choices that hold `keep` and nothing of `excluded`.
  private func bestSum(_ view: MatrixView<Double>, keep: Set<Int> = [], excluded: Set<Int> = []) -> Double {
    func best(_ k: Int, _ used: Set<Int>) -> Double {
      guard k < view.rows else { return keep.isSubset(of: used) ? 0 : -.infinity }
      return (0..<view.columns).filter { !used.contains($0) && !excluded.contains($0) }
        .map { view[k, $0] + best(k + 1, used.union([$0])) }.max() ?? -.infinity
    }
    return best(0, [])
  }

  @Test("the largest sum of logits, by trying every assignment", arguments: 0..<40)
  func matchesBruteForce(seed: Int) throws {
    let (k, d) = (2 + seed % 4, 4 + seed % 4)
    // Every third set has many ties.
    let buffer = logits(min(k, d), d, seed: UInt64(seed), levels: seed % 3 == 0 ? 2 : 0)
    let view = MatrixView(buffer.base, rows: min(k, d), columns: d)
    let constraints = SubsetConstraints(
      keep: seed % 2 == 0 ? [1] : [], excluded: seed % 5 == 0 && d > view.rows ? [2] : [])
    let found = try DistinctAssignment(logits: view, constraints: constraints)
    #expect(Set(found.features).count == view.rows)
    #expect(Set(constraints.keep).isSubset(of: found.features))
    #expect(Set(constraints.excluded).isDisjoint(with: found.features))
    let sum = found.features.enumerated().reduce(0) { $0 + view[$1.offset, $1.element] }
    let best = bestSum(view, keep: Set(constraints.keep), excluded: Set(constraints.excluded))
    #expect(abs(sum - best) < 1e-12)
    let largest = found.argmax.enumerated().reduce(0) { $0 + view[$1.offset, $1.element] }
    #expect(abs(found.cost - (largest - sum)) < 1e-12)
    #expect(found.repaired == (0..<view.rows).filter { found.features[$0] != found.argmax[$0] })
  }

  @Test("features that conflict are not assigned together", arguments: 0..<10)
  func conflicts(seed: Int) throws {
    let buffer = logits(3, 9, seed: UInt64(seed))
    let view = MatrixView(buffer.base, rows: 3, columns: 9)
    let conflicts = (0..<9).map { j in [j - 1, j + 1].filter { (0..<9).contains($0) } }
    let keep = seed % 2 == 0 ? [4] : []
    let found = try DistinctAssignment(
      logits: view, constraints: SubsetConstraints(keep: keep, excluded: [8], conflicts: conflicts)
    ).features
    #expect(found.allSatisfy { j in !found.contains(j + 1) && j != 8 } && Set(found).count == 3, "\(found)")
    #expect(Set(keep).isSubset(of: found))
    let free = try DistinctAssignment(logits: view, constraints: SubsetConstraints(keep: keep, excluded: [8]))
    // What obeys already stays as it is.
    if free.features.allSatisfy({ !free.features.contains($0 + 1) }) { #expect(found == free.features) }
  }

  @Test("what is assigned costs no more than the budget", arguments: 0..<10)
  func budget(seed: Int) throws {
    let buffer = logits(3, 9, seed: UInt64(seed))
    let view = MatrixView(buffer.base, rows: 3, columns: 9)
    let budget = FeatureBudget(costs: (0..<9).map { Double(1 + $0 % 3) }, limit: 5)
    let keep = seed % 2 == 0 ? [4] : []
    let found = try DistinctAssignment(
      logits: view, constraints: SubsetConstraints(keep: keep, budget: budget)
    ).features
    #expect(budget.cost(of: found) <= 5 && Set(found).count == 3 && Set(keep).isSubset(of: found), "\(found)")
    let free = try DistinctAssignment(logits: view, constraints: SubsetConstraints(keep: keep)).features
    if budget.cost(of: free) <= 5 { #expect(found == free) }
  }

  @Test("distinct largest logits stay as they are, at no cost")
  func nothingToRepair() throws {
    let buffer = AlignedBuffer<Float>([0, 3, 1, 0, 5, 0, 0, 4, 0, 0, 0, 1])
    let found = try DistinctAssignment(logits: MatrixView(buffer.base, rows: 3, columns: 4))
    #expect(found.features == [1, 0, 3])
    #expect(found.repaired.isEmpty && found.cost == 0)
  }

  @Test("of two selectors on one feature the one that loses less moves")
  func oneRepair() throws {
    let buffer = AlignedBuffer<Float>([9, 2, 1, 9, 8, 1])
    let found = try DistinctAssignment(logits: MatrixView(buffer.base, rows: 2, columns: 3))
    #expect(found.argmax == [0, 0])
    #expect(found.features == [0, 1])
    #expect(found.repaired == [1] && found.cost == 1)
  }

  @Test("selectors that all want the same features in the same order")
  func everybodyCollides() throws {
    let (k, d) = (60, 300)
    let noise = logits(k, d, seed: 5)
    let buffer = AlignedBuffer<Double>(count: k * d)
    for i in 0..<k * d { buffer.base[i] = -Double(i % d) * 0.1 + noise.base[i] * 1e-3 }
    let found = try DistinctAssignment(logits: MatrixView(buffer.base, rows: k, columns: d))
    #expect(found.features.sorted() == Array(0..<k))
    #expect(found.argmax.allSatisfy { $0 == 0 } && found.repaired.count == k - 1)
  }

  @Test("what cannot be is refused with the reason")
  func refusals() {
    let buffer = logits(3, 4, seed: 1)
    let view = MatrixView(buffer.base, rows: 3, columns: 4)
    func expect(_ constraints: SubsetConstraints, _ error: SubsetError) {
      #expect(throws: error) { try DistinctAssignment(logits: view, constraints: constraints) }
    }
    expect(SubsetConstraints(excluded: [0, 1]), .tooFewFeatures(left: 2, count: 3))
    expect(SubsetConstraints(keep: [4]), .noSuchFeature(4, featureCount: 4))
    expect(SubsetConstraints(keep: [1], excluded: [1]), .keptAndExcluded(1))
    expect(SubsetConstraints(keep: [0, 1, 2, 3]), .keepsTooMany(kept: 4, count: 3))
  }
}
