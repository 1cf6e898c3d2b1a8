import Communication
import ConcreteAutoencoder
import Evaluation
import Foundation
import RunSettings
import Tables

/// How the error falls with the number of selected features: greedy column subset selection with swaps at several K.
package struct SelectionPath: Sendable, Equatable, Codable {
  /// The selection of some features.
  package struct Step: Sendable, Equatable, Codable {
    /// How many features.
    package let k: Int
    /// The mean squared error of a linear regression on them, on held-out rows.
    package let error: Double
    /// What they explain of the held-out rows' variance, over all targets: 1 for all, 0 for none.
    package let explained: Double

    /// The selection of `k` features.
    package init(k: Int, error: Double, explained: Double) {
      (self.k, self.error, self.explained) = (k, error, explained)
    }

    enum CodingKeys: String, CodingKey {
      case k, explained
      case error = "linear_error"
    }
  }

  /// By K.
  package let steps: [Step]
  /// The K from which more features gain little: the point of the curve that lies furthest below the line from its first
  /// to its last point (Satopaa et al. 2011); nil where there are fewer than three.
  package let elbow: Int?

  /// A path from its steps.
  package init(_ steps: [Step]) {
    self.steps = steps
    guard let first = steps.first, let last = steps.last, steps.count > 2, first.error > last.error else {
      elbow = nil
      return
    }
    func depth(_ step: Step) -> Double {
      let along = Double(step.k - first.k) / Double(last.k - first.k)
      return (1 - along) - (step.error - last.error) / (first.error - last.error)
    }
    elbow = steps.max { depth($0) < depth($1) }?.k
  }

  /// The path over 1, 2, 3, 5, 7, 10, 15, 20, ... to twice the configuration's K, as far as constraints allow it; whole
  /// on rank 0, and every rank must call.
  package init(
    _ search: LinearSearch, dataset: Dataset, held: HeldOutRows, configuration: RunConfiguration,
    communicator: any Communicator
  ) throws {
    let (moments, constraints, task) = (search.moments, search.constraints, configuration.task)
    let most = min(2 * configuration.selector.k, moments.featureCount - constraints.excluded.count)
    let counts = Self.counts(upTo: most).filter { $0 >= max(1, Set(constraints.keep).count) }
    let mine = counts.enumerated().filter { $0.offset % communicator.size == communicator.rank }.map(
      \.element)
    let found = try communicator.agree(phase: "searching at several K") {
      let fitted = EvaluationRows(
        dataset, rows: dataset.split.training.sample(LinearSearch.fittedRows), of: task)
      let test = EvaluationRows(held.dataset, rows: held.rows.sample(LinearSearch.testRows), of: task)
      return try mine.map { count in
        let subset = try SubsetSearch(moments, count: count, constraints: constraints)
        let features = subset.improved(subset.greedy().features).features
        let error = try search.error(of: features, fitted: fitted, test: test)
        let variance = error.variance
        return Step(k: count, error: error.mean, explained: variance > 0 ? 1 - error.mean / variance : 0)
      }
    }
    let texts = try communicator.gatherStrings(
      String(decoding: try JSONEncoder().encode(found), as: UTF8.self))
    let all = try (texts ?? []).flatMap { try JSONDecoder().decode([Step].self, from: Data($0.utf8)) }
    self.init(all.sorted { $0.k < $1.k })
  }

  /// Numbers about evenly spread on a logarithmic scale, and the last.
  package static func counts(upTo most: Int) -> [Int] {
    var (counts, decade) = (Set<Int>(), 1)
    while decade <= most {
      for factor in [1, 1.5, 2, 3, 5, 7] {
        let count = factor * Double(decade)
        if count <= Double(most), count == count.rounded() { counts.insert(Int(count)) }
      }
      decade *= 10
    }
    return counts.union(most > 0 ? [most] : []).sorted()
  }
}
