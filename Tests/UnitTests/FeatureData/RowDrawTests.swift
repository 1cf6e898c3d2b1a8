import Tables
import Testing

@Suite struct RowDrawTests {
  private static let dataset = Dataset(
    TablePart(
      FloatTable(Array(repeating: 0, count: 100), schema: TableSchema(count: 1, kind: .number)), notes: ["a"]),
    preprocessing: .none(count: 1),
    split: RowSplit(training: Array(0..<80), validation: Array(80..<90), test: Array(90..<100)))

  @Test("with replacement as many, some often and a third never; without, a share once each")
  func draws() {
    let again = Self.dataset.drawing(withReplacement: true, share: 1, seed: 3).split
    #expect(again.training.count == 80 && Set(again.training).isSubset(of: 0..<80))
    #expect((40...60).contains(Set(again.training).count))  // 80 (1 - 1/e) = 51
    let half = Self.dataset.drawing(withReplacement: false, share: 0.5, seed: 3)
    #expect(Set(half.split.training).count == 40 && Set(half.split.training).isSubset(of: 0..<80))
    for split in [again, half.split] {
      #expect(split.training == split.training.sorted())
      #expect(split.validation == Self.dataset.split.validation && split.test == Self.dataset.split.test)
    }
    #expect(half.notes == ["a"])
  }

  @Test("a function of the seed", arguments: [false, true])
  func seeds(withReplacement: Bool) {
    func draw(_ seed: UInt64) -> [UInt32] {
      Self.dataset.drawing(withReplacement: withReplacement, share: 0.5, seed: seed).split.training
    }
    #expect(draw(1) == draw(1) && draw(1) != draw(2))
  }
}
