import Communication
import LinearAlgebra
import Testing

import Evaluation

@Suite struct RegressionMomentsTests {
  private func moments(
    _ table: RandomTable, communicator: any Communicator = LocalCommunicator(),
    _ change: (inout MomentLimits) -> Void = { _ in }
  ) throws -> RegressionMoments {
    var limits = MomentLimits()
    change(&limits)
    return try RegressionMoments(table.rows, limits: limits, seed: 5, communicator: communicator)
  }

  private func numbers(_ moments: RegressionMoments) -> [Double] {
    (0..<moments.featureCount).flatMap { moments.scatter.row($0) + moments.crossGram.row($0) }
      + moments.means + [moments.targetVariation, moments.weight]
  }

  @Test("products about the means, of features and targets far from 0", arguments: [false, true])
  func products(hasTargets: Bool) throws {
    var table = RandomTable.mixtures(rows: 700, features: 5, sources: 3, seed: 1)
    table.features = table.features.map { $0.map { $0 + 1e7 } }
    if hasTargets { table = table.predicting { [$0[0] - 2 * $0[1], 3e6 + $0[2], $0[4] * 1e-3] } }
    let targets = table.targets ?? table.features
    func centred(_ rows: [[Double]]) -> [[Double]] {
      let means = rows[0].indices.map { j in rows.reduce(0) { $0 + ($1[j] - rows[0][j]) } / 700 + rows[0][j] }
      return rows.map { zip($0, means).map { $0 - $1 } }
    }
    let (x, y) = (centred(table.features), centred(targets))
    let cross = (0..<5).map { i in y[0].indices.map { q in zip(x, y).reduce(0) { $0 + $1.0[i] * $1.1[q] } } }
    let found = try moments(table)
    for i in 0..<5 {
      let scatter = (0..<5).map { j in x.reduce(0) { $0 + $1[i] * $1[j] } }
      let gram = (0..<5).map { j in zip(cross[i], cross[j]).reduce(0) { $0 + $1.0 * $1.1 } }
      expectClose(found.scatter.row(i), scatter, tolerance: 1e-9, "C")
      expectClose(found.crossGram.row(i), gram, tolerance: 1e-9, "W")
      if let products = found.cross { expectClose(products.map { $0[i] }, cross[i], tolerance: 1e-9, "P") }
    }
    let squares = y.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
    expectClose(found.targetVariation, squares, tolerance: 1e-9, "variation")
    #expect(found.weight == Double(700 * targets[0].count))
  }

  @Test("rows instead of products of features say the same", arguments: [false, true])
  func thinIsExact(hasTargets: Bool) throws {
    var table = RandomTable.mixtures(rows: 30, features: 50, sources: 20, seed: 2)
    if hasTargets { table = table.predicting { [$0[0] * $0[1], $0[2]] } }
    let whole = try moments(table)
    let thin = try moments(table) { $0.alwaysWhole = 10 }
    #expect(whole.scatter.isWhole && !thin.scatter.isWhole)
    expectClose(numbers(thin), numbers(whole), tolerance: 1e-10, "moments")
    #expect(
      try SubsetSearch(thin, count: 8).improved([0]).features
        == SubsetSearch(whole, count: 8).improved([0]).features)
  }

  @Test("ranks share the work and get the same bits", arguments: [2, 3])
  func ranks(count: Int) throws {
    let table = RandomTable.mixtures(rows: 90, features: 200, sources: 20, seed: 3)
    for change in [
      { _ in }, { $0.alwaysWhole = 10 },
      {
        $0.alwaysWhole = 10
        $0.rows = 40
        $0.targetSketch = 16
      },
    ]
      as [@Sendable (inout MomentLimits) -> Void]
    {
      let alone = numbers(try moments(table, change))
      let together = try InProcessWorld.run(ranks: count) { communicator in
        numbers(try moments(table, communicator: communicator, change))
      }
      #expect(together.allSatisfy { $0 == alone })
    }
  }

  @Test("a sketch of the targets costs little of what is explained", arguments: [false, true])
  func targetSketch(isThin: Bool) throws {
    let table = RandomTable.mixtures(rows: 130, features: 160, sources: 30, noise: 0.5, seed: 4)
    let exact = try moments(table) { $0.targets = 1_000 }
    let sketch = try moments(table) {
      $0.alwaysWhole = isThin ? 10 : 1_000
      $0.targets = 10
      $0.targetSketch = 100
    }
    // Relative errors of single sums of squares: (2 / 100)^(1/2) = 14% at one standard deviation.
    let ratios = (0..<160).map { sketch.crossGram.diagonal[$0] / exact.crossGram.diagonal[$0] }
    let error = (ratios.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } / 160).squareRoot()
    #expect(error > 0.01 && error < 0.3, "\(error)")
    let search = try SubsetSearch(exact, count: 15)
    let best = search.improved(search.greedy().features)
    let sketched = try SubsetSearch(sketch, count: 15)
    let found = sketched.improved(sketched.greedy().features)
    let truth = table.error(of: found.features)
    #expect(truth < best.error * 1.1, "\(truth / best.error)")
    #expect(abs(found.explained - (1 - truth / table.error(of: []))) < 0.06)
  }

  @Test("a sketch of the rows finds what the rows do, nearly")
  func rowSketch() throws {
    let table = RandomTable.mixtures(rows: 1_000, features: 40, sources: 20, noise: 0.5, seed: 6)
    let exact = try SubsetSearch(moments(table), count: 10)
    let sketch = try SubsetSearch(
      moments(table) {
        $0.alwaysWhole = 10
        $0.wholeFeatures = 10
        $0.rows = 250
        $0.targetSketch = 1_000
      }, count: 10)
    let best = exact.improved(exact.greedy().features)
    let found = sketch.improved(sketch.greedy().features)
    #expect(table.error(of: found.features) < best.error * 1.05)
  }
}
