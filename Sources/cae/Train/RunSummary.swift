import AtomicFile
import Communication
import FeatureSelection
import Foundation
import LinearAlgebra
import RunSettings
import SelectionReport

/// What is printed before the first step and after the last.
enum RunSummary {
  /// The settings as a table, then a line about ranks, nodes and threads; rank 0 alone calls.
  static func printStart(_ session: TrainingSession) {
    print(settingsTable(session.configuration))
    let plan = session.plan
    print(
      "\(session.dataset.schema.featureCount) features, \(plan.trainingRows) training rows, "
        + "\(plan.validationRows) validation rows, \(plan.stepsPerEpoch) steps an epoch, "
        + "\(plan.totalSteps) steps")
    print(session.environment.summary)
    let features = session.dataset.schema.featureCount
    if plan.convergenceWarning(featureCount: features) == nil {
      print(plan.convergenceOutlook(featureCount: features))
    }
    for note in session.notes { print("note: \(note)") }
    fflush(nil)
  }

  private static func settingsTable(_ configuration: RunConfiguration) -> String {
    let cells = Setting.all.map { ($0.name, $0.text(in: configuration)) }
    let width = cells.map(\.0.count).max() ?? 0
    let half = (cells.count + 1) / 2
    return (0..<half).map { row in
      [row, row + half].filter { $0 < cells.count }.map { index in
        let (name, value) = cells[index]
        let cell = name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + value
        return index < half
          ? cell.padding(toLength: max(cell.count + 2, width + 24), withPad: " ", startingAt: 0) : cell
      }.joined()
    }.joined(separator: "\n")
  }

  /// Says what came out; rank 0 alone calls.
  static func printEnd(_ result: SelectionResult, _ session: TrainingSession) {
    if let selection = result.selection {
      print(
        "\(selection.distinctCount) distinct features of \(selection.features.count) selectors, mean-max "
          + String(format: "%.4f", selection.meanMax))
      if let note = selection.convergenceNote { print("note: \(note)") }
    }
    for error in result.errors {
      let metrics = error.metrics.map { "\($0.name) \(String(format: "%.5f", $0.value))" }
      print("\(error.part) \(metrics.joined(separator: ", ")) of this selection (\(error.rows) rows)")
    }
    for file in result.files {
      print("\(file.name.padding(toLength: 10, withPad: " ", startingAt: 0)) \(file.path)")
    }
    let images = session.directory.images
    if FileManager.default.fileExists(atPath: images) { print("pictures   \(images)/") }
  }
}
