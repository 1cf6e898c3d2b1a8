import Communication
import ConcreteAutoencoder
import Evaluation
import Foundation
import RunSettings
import Tables

/// Sets the result beside other ways of selecting, on rows that nobody has looked at before.
struct ComparisonStage: SelectionStage {
  let name = "comparing selections"
  let participation = StageParticipation.allRanks

  func isOn(_ configuration: RunConfiguration) -> Bool { configuration.refinement.compare }

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let (session, communicator) = (context.session, context.communicator)
    guard let selection = result.selection else { return }
    let held = try communicator.agree(phase: "opening the test rows") { try session.heldOutRows() }
    if held.part != "validation" {
      let validation = Validation(model: session.state.model, dataset: held.dataset, rows: held.rows)
      if let sums = try validation.evaluate(communicator) {
        let metrics = session.state.model.shape.task.objective.metrics(of: sums)
        result.errors.append(.init(part: held.part, rows: held.rows.count, metrics: metrics))
      }
    }
    let search =
      try result.search ?? LinearSearch(session.configuration, session.dataset, communicator)
    result.search = search
    let chosen = selection.features.map(\.feature)
    result.comparison = try SelectionComparison(
      of: chosen, search: search, dataset: session.dataset, held: held, configuration: session.configuration,
      communicator: communicator)
  }
}

extension SelectionComparison {
  /// Rows of the held-out part that regressions are tried on, at the most.
  private static let testRows = 20_000
  /// Training rows that regressions are fitted to, at the most, where moments do not tell them.
  private static let fittedRows = 20_000

  /// Compares the features `chosen`; every rank must call. Ranks share the work and rank 0 gets it all; the others get the
  /// result's own line.
  package init(
    of chosen: [Int], search: LinearSearch, dataset: Dataset, held: HeldOutRows,
    configuration: RunConfiguration, communicator: any Communicator
  ) throws {
    let task = configuration.task
    let input = BaselineInput(
      moments: search.moments, count: chosen.count, seed: configuration.training.seed,
      budget: SearchBudget(iterations: 0))
    let found = ["greedy": search.greedy, "search": search.iterated]
    let (own, mine) = try communicator.agree(phase: "comparing selections") {
      () throws -> (LinearError, [Entry]) in
      let fitted = EvaluationRows(dataset, rows: dataset.split.training.sample(Self.fittedRows), of: task)
      let test = try EvaluationRows(held.dataset, rows: held.rows.sample(Self.testRows), of: task).kept()
      func error(_ features: [Int]) throws -> LinearError {
        try
          (search.moments.cross == nil
          ? LinearRegression(features: features, moments: search.moments)
          : LinearRegression(features: features, rows: fitted)).error(on: test)
      }
      let own = try error(chosen)
      var entries: [Entry] = []
      for (place, baseline) in Baselines.all.enumerated()
      where place % communicator.size == communicator.rank {
        let errors = try (found[baseline.name].map { [$0] } ?? baseline.select(input)).map(error)
        entries.append(
          Entry(
            name: baseline.name, summary: baseline.summary,
            error: errors.map(\.mean).reduce(0, +) / Double(errors.count),
            differenceError: errors.count == 1 ? errors[0].standardError(ofDifferenceTo: own) : nil))
      }
      if communicator.isRoot, search.moments.cross == nil {
        let components = PrincipalComponents(
          search.moments, count: chosen.count, seed: configuration.training.seed)
        entries.append(
          Entry(
            name: "pca", summary: "as many principal components: the bound, not a selection",
            error: try components.error(on: test), differenceError: nil))
      }
      return (own, entries)
    }
    let texts = try communicator.gatherStrings(
      String(decoding: try JSONEncoder().encode(mine), as: UTF8.self))
    let all = try (texts ?? []).flatMap { try JSONDecoder().decode([Entry].self, from: Data($0.utf8)) }
    let order = Baselines.all.map(\.name) + ["pca"]
    part = held.part
    rows = held.rows.count
    entries =
      [Entry(name: "result", summary: "this selection", error: own.mean, differenceError: nil)]
      + order.compactMap { name in all.first { $0.name == name } }
    explained = own.explained
  }
}

extension TrainingSession {
  /// The rows to try the result on: the test part that the data bring, those held out for it, else the validation rows, else
  /// the training rows.
  func heldOutRows() throws -> HeldOutRows {
    let split = dataset.split
    if !split.test.isEmpty { return HeldOutRows(dataset: dataset, rows: split.test, part: "test-fraction") }
    let placed = configuration.placedData
    if try placed.bringsTestPart() {
      return try Dataset.heldOut(
        placed, of: facts.data, needsClasses: configuration.task.objective.target == .classes)
    }
    return split.validation.isEmpty
      ? HeldOutRows(dataset: dataset, rows: split.training, part: "training")
      : HeldOutRows(dataset: dataset, rows: split.validation, part: "validation")
  }
}
