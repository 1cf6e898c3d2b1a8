import CounterRandom
import LinearAlgebra

import Evaluation

/// A small table of random numbers for tests of evaluations.
struct RandomTable {
  var features: [[Double]]
  var targets: [[Double]]?
  /// What each row counts.
  var weights: [Double]?
  /// Which of the features are missing, so that something stands in for them.
  var isMissing: (@Sendable (Int, Int) -> Bool)?

  /// Features that are mixtures of a few sources and noise, far from mean 0.
  static func mixtures(rows: Int, features: Int, sources: Int, noise: Double = 0.3, seed: UInt64)
    -> RandomTable
  {
    var generator = CounterGenerator(RandomStream(seed: seed, purpose: .syntheticData))
    let mixing = (0..<features).map { _ in (0..<sources).map { _ in generator.normal() } }
    return RandomTable(
      features: (0..<rows).map { _ in
        let values = (0..<sources).map { _ in generator.normal() }
        return mixing.map { weights in
          zip(weights, values).reduce(5) { $0 + $1.0 * $1.1 } + noise * generator.normal()
        }
      })
  }

  /// Independent sources, and mixtures of them with a little noise; the sources stand at multiples of `spacing`.
  static func planted(rows: Int, sources: Int, spacing: Int, noise: Double, seed: UInt64) -> RandomTable {
    var generator = CounterGenerator(RandomStream(seed: seed, purpose: .syntheticData))
    let mixing = (0..<sources * spacing).map { _ in (0..<sources).map { _ in generator.normal() } }
    return RandomTable(
      features: (0..<rows).map { _ in
        let values = (0..<sources).map { _ in generator.normal() }
        return mixing.enumerated().map { j, weights in
          j % spacing == 0
            ? values[j / spacing]
            : zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / Double(sources).squareRoot()
              + noise * generator.normal()
        }
      })
  }

  /// The same features, with given functions of a row as the targets.
  func predicting(_ target: ([Double]) -> [Double]) -> RandomTable {
    RandomTable(features: features, targets: features.map(target))
  }

  /// Each row as often as its weight, a whole number, says.
  var repeated: RandomTable {
    func copies<Element>(_ rows: [Element]) -> [Element] {
      zip(rows, weights ?? []).flatMap { Array(repeating: $0, count: Int($1)) }
    }
    return RandomTable(features: copies(features), targets: targets.map(copies))
  }

  var rows: EvaluationRows {
    EvaluationRows(
      rowCount: features.count, featureCount: features[0].count, targetCount: targets.map { $0[0].count },
      hasGaps: isMissing != nil, weights: weights
    ) { range, x, y, observed in
      for (i, row) in range.enumerated() {
        for (j, value) in self.features[row].enumerated() {
          x[i * self.features[row].count + j] = value
          observed?[i * self.features[row].count + j] = self.isMissing?(row, j) ?? false ? 0 : 1
        }
        guard let y, let targets = self.targets else { continue }
        for (j, value) in targets[row].enumerated() { y[i * targets[row].count + j] = value }
      }
    }
  }

  /// The mean squared error of least squares on some features, by Gram-Schmidt on the centred columns.
  func error(of chosen: [Int]) -> Double {
    func centred(_ rows: [[Double]], _ j: Int) -> [Double] {
      let mean = rows.reduce(0) { $0 + $1[j] } / Double(rows.count)
      return rows.map { $0[j] - mean }
    }
    func reduced(_ vector: [Double], by basis: [[Double]]) -> [Double] {
      var rest = vector
      for direction in basis {
        let part = zip(rest, direction).reduce(0) { $0 + $1.0 * $1.1 }
        for i in rest.indices { rest[i] -= part * direction[i] }
      }
      return rest
    }
    var basis: [[Double]] = []
    for j in chosen {
      let full = centred(features, j)
      let rest = reduced(reduced(full, by: basis), by: basis)
      let (size, before) = (rest.reduce(0) { $0 + $1 * $1 }, full.reduce(0) { $0 + $1 * $1 })
      if size > 1e-12 * before { basis.append(rest.map { $0 / size.squareRoot() }) }
    }
    let outputs = targets ?? features
    let squares = (0..<outputs[0].count).reduce(0.0) { sum, q in
      sum + reduced(centred(outputs, q), by: basis).reduce(0) { $0 + $1 * $1 }
    }
    return squares / Double(outputs.count * outputs[0].count)
  }

  /// The subset of the least error, by trying all.
  func best(
    _ count: Int, required: [Int] = [], excluded: [Int] = [], where obeys: ([Int]) -> Bool = { _ in true }
  ) -> (features: [Int], error: Double) {
    func subsets(_ size: Int, from first: Int) -> [[Int]] {
      guard size > 0 else { return [[]] }
      return (first..<max(first, features[0].count)).flatMap { j in
        subsets(size - 1, from: j + 1).map { [j] + $0 }
      }
    }
    return subsets(count, from: 0)
      .filter { Set(required).isSubset(of: $0) && Set(excluded).isDisjoint(with: $0) && obeys($0) }
      .map { ($0, error(of: $0)) }.min { $0.1 < $1.1 } ?? ([], .infinity)
  }
}
