import Communication
import Testing

import Evaluation

@Suite struct LinearRegressionTests {
  @Test("the error on its own rows is that of least squares", arguments: [false, true])
  func ownRows(hasTargets: Bool) throws {
    var table = RandomTable.mixtures(rows: 60, features: 10, sources: 5, seed: 1)
    if hasTargets { table = table.predicting { [$0[0] * $0[1], $0[2]] } }
    let error = try LinearRegression(features: [7, 2, 4], rows: table.rows).error(on: table.rows)
    expectClose(error.mean, table.error(of: [7, 2, 4]), tolerance: 1e-6, "mean")
    for (target, share) in error.explained.enumerated() {
      let alone = table.predicting {
        [hasTargets ? ($0[0] * $0[1]) * Double(1 - target) + $0[2] * Double(target) : $0[target]]
      }
      expectClose(share ?? .nan, 1 - alone.error(of: [7, 2, 4]) / alone.error(of: []), tolerance: 1e-6, "R2")
    }
    let mean = error.rows.losses.reduce(0, +) / 60
    let variance = error.rows.losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 59
    expectClose(error.rows.standardError, (variance / 60).squareRoot(), tolerance: 1e-9, "standard error")
    #expect(error.rows.standardError(ofDifferenceTo: error.rows) == 0)
  }

  @Test("other rows: a rule that holds there is found, a mean that differs costs its square")
  func otherRows() throws {
    let table = RandomTable.mixtures(rows: 50, features: 4, sources: 4, seed: 2).predicting {
      [3 * $0[1] - $0[3] + 2]
    }
    let other = RandomTable.mixtures(rows: 20, features: 4, sources: 4, seed: 3).predicting {
      [3 * $0[1] - $0[3] + 3]
    }
    let error = try LinearRegression(features: [3, 1], rows: table.rows).error(on: other.rows)
    expectClose(error.mean, 1, tolerance: 1e-6, "mean")
  }

  @Test("copies, constants and more features than rows do no harm")
  func collinear() throws {
    let base = RandomTable.mixtures(rows: 12, features: 4, sources: 4, seed: 4)
    let table = RandomTable(features: base.features.map { $0 + $0 + [1] + $0.map { $0 * $0 } })
    let error = try LinearRegression(features: Array(0..<13), rows: table.rows).error(on: table.rows)
    #expect(error.mean < 1e-5 && error.explained[8] == nil)
  }
}
