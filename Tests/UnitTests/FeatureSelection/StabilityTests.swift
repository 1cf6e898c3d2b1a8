import FeatureSelection
import Testing

@Suite struct StabilityTests {
  @Test("equal selections agree wholly, in any order")
  func equal() {
    let stability = Stability([[1, 2, 3], [3, 1, 2]], featureCount: 10, names: nil) { [$0] }
    #expect(stability.jaccard == 1 && stability.tolerantJaccard == 1 && stability.index == 1)
    #expect(
      stability.features.map(\.feature) == [1, 3, 2] && stability.features.map(\.meanRank) == [1.5, 2, 2.5])
    #expect(stability.k == 3 && stability.runs == 2 && stability.features.allSatisfy { $0.frequency == 1 })
  }

  @Test("frequencies and agreement of three selections, by hand")
  func byHand() {
    let names = (0..<8).map { "f\($0)" }
    let stability = Stability([[0, 1], [0, 2], [3, 4]], featureCount: 8, names: names) { [$0] }
    #expect(abs(stability.jaccard - 1.0 / 9) < 1e-12)
    #expect(
      stability.features.map(\.feature)
        == [0, 1, 2, 3, 4].sorted { ($0 == 0 ? 0 : 1, $0) < ($1 == 0 ? 0 : 1, $1) }
        .sorted { rank($0) < rank($1) })
    #expect(stability.features[0].name == "f0" && abs(stability.features[0].frequency - 2.0 / 3) < 1e-12)
    // Variances: 3/2 (2/3 1/3) and four of 3/2 (1/3 2/3), over 8 features; by chance 1/4 3/4.
    #expect(abs(stability.index - (1 - 5 * 1.5 * (2.0 / 9) / 8 / (3.0 / 16))) < 1e-12)
  }

  /// Frequency, then place, then number: 0, then 3 (first of its selection), then 1, 2, 4.
  private func rank(_ feature: Int) -> Int { [0: 0, 3: 1, 1: 2, 2: 3, 4: 4][feature] ?? 9 }

  @Test("a copy stands for its feature, but for one only")
  func copies() {
    // 1 and 2 are copies, and 2 and 3; so one of 1 and 3 has no partner in [2, 7].
    let groups = [1: [1, 2], 2: [1, 2, 3], 3: [2, 3]]
    let stability = Stability([[1, 3], [2, 7]], featureCount: 10, names: nil) { groups[$0] ?? [$0] }
    #expect(stability.jaccard == 0 && abs(stability.tolerantJaccard - 1.0 / 3) < 1e-12)
    let two = stability.features.first { $0.feature == 2 }
    #expect(two?.frequency == 0.5 && two?.groupFrequency == 1)
    // Both find partners only if the first gives up its own.
    let chain = Stability([[2, 1], [3, 2]], featureCount: 10, names: nil) { groups[$0] ?? [$0] }
    #expect(chain.tolerantJaccard == 1 && abs(chain.jaccard - 1.0 / 3) < 1e-12)
  }
}
