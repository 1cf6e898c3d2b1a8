import Communication
import LinearAlgebra
import Testing

import Evaluation

/// Rows of a whole weight w are w equal rows; what is missing has no error.
@Suite struct WeightedRowsTests {
  private static func table(rows: Int, features: Int, hasTargets: Bool) -> RandomTable {
    var table = RandomTable.mixtures(rows: rows, features: features, sources: 4, seed: 7)
    if hasTargets { table = table.predicting { [$0[0] * $0[1], $0[2]] } }
    table.weights = (0..<rows).map { Double(1 + $0 % 4) }
    return table
  }

  @Test("products of features, in full and thin", arguments: [false, true], [0, 100])
  func moments(hasTargets: Bool, alwaysWhole: Int) throws {
    let table = Self.table(rows: alwaysWhole == 0 ? 30 : 700, features: 50, hasTargets: hasTargets)
    var limits = MomentLimits()
    limits.alwaysWhole = alwaysWhole
    limits.wholeFeatures = alwaysWhole
    func moments(_ table: RandomTable) throws -> RegressionMoments {
      try RegressionMoments(table.rows, limits: limits, communicator: LocalCommunicator())
    }
    let (one, other) = (try moments(table), try moments(table.repeated))
    #expect(one.scatter.isWhole == (alwaysWhole > 0))
    let largest = other.scatter.diagonal.max() ?? 1
    for feature in 0..<50 {
      for (a, b) in zip(one.scatter.row(feature), other.scatter.row(feature)) {
        #expect(abs(a - b) <= 1e-12 * largest)
      }
    }
    expectClose(one.means, other.means, tolerance: 1e-12, "means")
    expectClose(one.targetVariation, other.targetVariation, tolerance: 1e-12, "variation")
    #expect(one.weight == other.weight)
  }

  @Test("regressions, their errors and principal components")
  func errors() throws {
    let table = Self.table(rows: 80, features: 12, hasTargets: false)
    let test = Self.table(rows: 60, features: 12, hasTargets: false)
    let one = try LinearRegression(features: [1, 5, 7], rows: table.rows).error(on: test.rows)
    let other = try LinearRegression(features: [1, 5, 7], rows: table.repeated.rows).error(
      on: test.repeated.rows)
    expectClose(one.mean, other.mean, tolerance: 1e-9, "mean")
    expectClose(one.targetErrors, other.targetErrors, tolerance: 1e-9, "targets")
    expectClose(one.targetVariances, other.targetVariances, tolerance: 1e-9, "variances")
    func components(_ table: RandomTable, _ test: RandomTable) throws -> Double {
      let moments = try RegressionMoments(table.rows, communicator: LocalCommunicator())
      return try PrincipalComponents(moments, count: 3, seed: 0).error(on: test.rows)
    }
    expectClose(
      try components(table, test), try components(table.repeated, test.repeated), tolerance: 1e-9, "pca")
  }

  @Test("errors are those of what was observed")
  func gaps() throws {
    var test = RandomTable.mixtures(rows: 40, features: 6, sources: 4, seed: 9)
    let table = RandomTable.mixtures(rows: 50, features: 6, sources: 4, seed: 8)
    test.isMissing = { row, feature in row == 3 || (row + 2 * feature) % 5 == 0 }
    let regression = try LinearRegression(features: [0, 2], rows: table.rows)
    // The same rows, one at a time and whole, tell each error.
    var (sum, count) = (0.0, 0.0)
    var columns = [(sum: Double, count: Double)](repeating: (0, 0), count: 6)
    for row in 0..<40 {
      let alone = try regression.error(on: RandomTable(features: [test.features[row]]).rows)
      for feature in 0..<6 where !test.isMissing!(row, feature) {
        sum += alone.targetErrors[feature]
        count += 1
        columns[feature].sum += alone.targetErrors[feature]
        columns[feature].count += 1
      }
    }
    let found = try regression.error(on: test.rows)
    expectClose(found.mean, sum / count, tolerance: 1e-12, "mean")
    expectClose(found.targetErrors, columns.map { $0.sum / $0.count }, tolerance: 1e-12, "targets")
    #expect(found.rows.weights[3] == 0 && found.rows.weights[0] > 0.5)
  }

  @Test("losses of rows: a weight counts as often, and where all are 1 the formulas are the usual ones")
  func rowLosses() {
    let plain = RowLosses([1, 2, 3, 6])
    #expect(plain.mean == 3 && abs(plain.standardError - (14.0 / 3 / 4).squareRoot()) < 1e-15)
    let weighted = RowLosses([1, 2], weights: [3, 1])
    #expect(weighted.mean == 1.25)
    #expect(RowLosses([1, 2], weights: [6, 2]).standardError == weighted.standardError)
    #expect(RowLosses([4, 5], weights: [0, 0]).mean == 0 && RowLosses([]).standardError == 0)
    // A row that does not count changes no mean.
    #expect(RowLosses([1, 2, 9], weights: [3, 1, 0]).mean == 1.25)
  }
}
