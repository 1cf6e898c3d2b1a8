import Communication
import ConcreteAutoencoder
import Evaluation
import Foundation
import RunSettings
import Tables

extension SelectionComparison {
  /// Compares the features `chosen`, or without them the others alone; every rank must call. Ranks share the work and rank
  /// 0 gets it all; the others get the result's own line.
  package init(
    of chosen: [Int]?, search: LinearSearch, dataset: Dataset, held: HeldOutRows,
    configuration: RunConfiguration, communicator: any Communicator
  ) throws {
    let task = configuration.task
    let input = BaselineInput(
      moments: search.moments, scale: dataset.preprocessing.scale, count: configuration.selector.k,
      constraints: search.constraints,
      seed: configuration.training.seed, budget: SearchBudget(iterations: 0))
    let found = ["greedy": search.greedy, "search": search.iterated]
    let (own, mine) = try communicator.agree(phase: "comparing selections") {
      () throws -> (LinearError?, Share) in
      let fitted = EvaluationRows(
        dataset, rows: dataset.split.training.sample(LinearSearch.fittedRows), of: task)
      let test = EvaluationRows(held.dataset, rows: held.rows.sample(LinearSearch.testRows), of: task)
      func error(_ features: [Int]) throws -> LinearError {
        try search.error(of: features, fitted: fitted, test: test)
      }
      // A mean over selections needs fewer rows of each.
      func errors(_ selections: [[Int]]) throws -> [LinearError] {
        guard selections.count > 1 else { return try selections.map(error) }
        let rows = held.rows.sample(LinearSearch.testRows / selections.count)
        let test = EvaluationRows(held.dataset, rows: rows, of: task)
        return try selections.map { try search.error(of: $0, fitted: fitted, test: test) }
      }
      let own = try chosen.map(error)
      var (entries, variance): ([Entry], Double?) = ([], nil)
      for (place, baseline) in Baselines.all.enumerated()
      where Self.rank(of: baseline, place: place, size: communicator.size) == communicator.rank {
        let selections = try found[baseline.name].map { [$0] } ?? baseline.select(input)
        let isOwn = selections.count == 1 && chosen.map(Set.init) == Set(selections[0])
        let errors = try isOwn ? [own].compactMap(\.self) : errors(selections)
        if errors.count == 1 { variance = errors[0].variance }
        entries.append(
          Entry(
            name: baseline.name, summary: baseline.summary,
            error: errors.map(\.mean).reduce(0, +) / Double(errors.count),
            differenceError: own.flatMap {
              errors.count == 1 ? errors[0].rows.standardError(ofDifferenceTo: $0.rows) : nil
            },
            accuracy: errors.allSatisfy { $0.accuracy != nil }
              ? errors.compactMap(\.accuracy).reduce(0, +) / Double(errors.count) : nil,
            features: selections.count == 1 ? selections[0] : nil))
      }
      if communicator.rank == communicator.size - 1, search.moments.cross == nil {
        entries.append(
          Entry(
            name: "pca", summary: "as many principal components, which mix all features: no selection",
            error: try input.components.components.error(on: test), differenceError: nil, accuracy: nil,
            features: nil))
      }
      return (own, Share(entries: entries, variance: own?.variance ?? variance))
    }
    let texts = try communicator.gatherStrings(
      String(decoding: try JSONEncoder().encode(mine), as: UTF8.self))
    let shares = try (texts ?? []).map { try JSONDecoder().decode(Share.self, from: Data($0.utf8)) }
    let all = shares.flatMap(\.entries)
    let order = Baselines.all.map(\.name) + ["pca"]
    part = held.part
    rows = Self.rowsMeasured(of: held.rows.count)
    entries =
      (own.map {
        [
          Entry(
            name: "result", summary: "this selection", error: $0.mean, differenceError: nil,
            accuracy: $0.accuracy,
            features: chosen)
        ]
      } ?? []) + order.compactMap { name in all.first { $0.name == name } }
    explained = own?.explained ?? []
    // All have the same rows but for a mean over several selections, which has some of them.
    guard let variance = shares.compactMap(\.variance).first, variance > 0 else { return }
    for index in entries.indices { entries[index].explained = 1 - entries[index].error / variance }
  }

  /// Whose work a baseline is: the last rank has those that share the principal components, the others the rest in turn.
  private static func rank(of baseline: any Baseline, place: Int, size: Int) -> Int {
    baseline.usesComponents ? size - 1 : place % max(1, size - 1)
  }

  /// What one rank found.
  private struct Share: Codable {
    let entries: [Entry]
    /// The mean variance of what is to be found; nil where the rank measured no single selection.
    let variance: Double?
  }
}
