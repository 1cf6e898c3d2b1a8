import Evaluation
import Testing

/// Which selection wins.
@Suite struct JudgementTests {
  /// Losses of 100 rows around a level, with differences between rows that all selections share.
  private func losses(_ level: Double, spread: Double = 0) -> RowLosses {
    RowLosses((0..<100).map { level + Double($0 % 7) + ($0 % 2 == 0 ? spread : -spread) })
  }

  @Test("what is clearly better wins, wherever it stands")
  func clear() {
    for place in 0..<3 {
      let judgement = Judgement((0..<3).map { losses($0 == place ? 0.9 : 1, spread: 0.01) })
      #expect(judgement.chosen == place)
      #expect(!judgement.isWithinNoise)
    }
  }

  @Test("of those that cannot be told apart the first wins, though another has the smallest mean")
  func noise() {
    let judgement = Judgement([losses(1, spread: 1), losses(0.999), losses(2)])
    #expect(judgement.best == 1 && judgement.chosen == 0 && judgement.isWithinNoise)
    #expect(judgement.differenceErrors[0] > 0.05 && judgement.differenceErrors[1] == 0)
  }

  @Test("what is worse on every row is never chosen")
  func worse() {
    let judgement = Judgement([losses(1 + 1e-6), losses(1)])
    #expect(judgement.chosen == 1)
  }

  @Test("means and standard errors are those of the rows")
  func figures() {
    let judgement = Judgement([RowLosses([1, 2, 3, 4]), RowLosses([1, 2, 3, 5])])
    #expect(judgement.means == [2.5, 2.75])
    #expect(abs(judgement.standardErrors[0] - (5.0 / 3 / 4).squareRoot()) < 1e-12)
    #expect(abs(judgement.differenceErrors[1] - 0.25) < 1e-12)
  }
}
