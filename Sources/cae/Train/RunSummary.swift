import AtomicFile
import Communication
import FeatureSelection
import Foundation
import LinearAlgebra
import RunSettings
import SelectionReport
import Tables

/// What is printed before the first step and after the last.
enum RunSummary {
  /// The settings that are not the default, then a line about ranks and nodes; rank 0 alone calls.
  static func printStart(_ session: TrainingSession) {
    RunOutput.print(settings(session))
    let plan = session.plan
    RunOutput.print(
      "\(session.dataset.schema.featureCount) features, \(plan.trainingRows) training rows, "
        + "\(plan.validationRows) validation rows, \(plan.stepsPerEpoch) steps an epoch, "
        + "\(plan.totalSteps) steps")
    RunOutput.print(session.environment.summary)
    for note in session.notes { Messages.note(note) }
  }

  /// A line for each setting that the recipe leaves otherwise, and where all of them are.
  private static func settings(_ session: TrainingSession) -> String {
    let (configuration, defaults) = (session.configuration, session.configuration.recipe.configuration)
    let changed = Setting.all.filter {
      $0.name != "recipe" && $0.text(in: configuration) != $0.text(in: defaults)
    }
    let cells =
      [("recipe", configuration.recipe.rawValue)] + changed.map { ($0.name, $0.text(in: configuration)) }
      + [("all settings", session.directory.configuration)]
    let width = cells.map(\.0.count).max() ?? 0
    return cells.map { $0.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $1 }
      .joined(separator: "\n")
  }

  private static func number(_ value: Double) -> String { String(format: "%.4g", value) }

  private static func repairs(_ result: SelectionResult) -> String {
    guard let repaired = result.repairedSelectors, repaired > 0 else { return "" }
    return
      "; \(repaired) were given another feature, since theirs was taken or may not be selected with others"
  }

  /// Says what came out; rank 0 alone calls.
  static func printEnd(_ result: SelectionResult, _ session: TrainingSession) {
    if let start = result.start {
      let place = start.usesSearch ? "near the features that the search found" : "anywhere"
      if let search = start.search, let selectors = start.selectors {
        RunOutput.print(
          "start      \(place): after \(start.steps) steps validation loss \(number(search)) with "
            + "\(start.usesSearch ? "them" : "those of the search"), \(number(selectors)) with those of selectors from "
            + "anywhere, which must be less by two standard errors and 1 %")
      } else {
        RunOutput.print(
          "start      \(place): linear regression on them explains \(number(100 * (start.explained ?? 0))) % of the variation"
        )
      }
    }
    if let convergence = result.convergence {
      RunOutput.print(
        "selectors  \(convergence.features.count - convergence.unconverged) of \(convergence.features.count) "
          + "converged, mean-max \(String(format: "%.4f", convergence.meanMax)), \(convergence.distinct) distinct"
          + repairs(result))
      if result.isConverged,
        session.plan.convergenceWarning(featureCount: session.dataset.schema.featureCount) != nil
      {
        Messages.note("too few steps to leave their start: how sure the selectors are says little")
      }
    }
    let lossName = session.configuration.task.objective.lossName
    if let table = ResultTables.candidates(result.candidates, lossName: lossName) { RunOutput.print(table) }
    if let layer = result.outputLayer, let ridge = layer.ridge {
      RunOutput.print(
        "decoder    last layer by regression with ridge \(number(ridge)): validation \(lossName) "
          + "\(number(layer.validation)), \(number(layer.trained)) as trained")
    }
    if let selection = result.selection {
      let source = ", by \(SelectionMethod.title(selection.source ?? "selectors"))"
      RunOutput.print("\(selection.distinctCount) distinct features\(source)")
      if let note = selection.convergenceNote { Messages.note(note) }
      if !result.isConverged, selection.source == nil, !session.configuration.training.untilConverged {
        Messages.note(
          "--resume --until-converged --run-dir \(session.directory.path) goes on until all selectors have converged"
        )
      }
    }
    if let comparison = result.comparison { RunOutput.print(ResultTables.comparison(comparison)) }
    for error in result.errors {
      let metrics = error.metrics.map { "\($0.name) \(String(format: "%.5f", $0.value))" }
      RunOutput.print(
        "\(error.part) \(metrics.joined(separator: ", ")) of this selection (\(error.rows.counted("row")))")
    }
    if let doubt = result.errors.last?.doubt { Messages.note(doubt) }
    if let doubt = result.comparison?.decoderDoubt(
      result.errors, hidden: session.configuration.decoder.hidden)
    {
      Messages.note(doubt)
    }
    let times = result.stages.filter { $0.seconds >= 0.05 }.map {
      "\($0.name) \(String(format: "%.2f", $0.seconds)) s"
    }
    if !times.isEmpty { RunOutput.print("time       \(times.joined(separator: ", "))") }
    for file in result.files {
      RunOutput.print("\(file.name.padding(toLength: 10, withPad: " ", startingAt: 0)) \(file.path)")
    }
  }
}
