import FeatureSelection
import Foundation
import RunSettings

/// Data, ranks, versions, and the command that repeats the run.
struct RunTable: ReportChart {
  let section = ReportSection.settings

  func figure(_ run: RunReport) -> Figure? {
    let (data, placement) = (run.configuration.data, run.placement)
    var facts: [(String, String)] = [("data", data.path)]
    if !data.test.isEmpty { facts.append(("test data", data.test)) }
    facts.append(("SHA-256 of the data", run.data.contentHash))
    var rows: [String] = []
    if let count = placement?.trainingRows ?? run.data.trainingRows {
      rows.append("\(NumberText.count(count)) trained on")
    }
    if let count = placement?.validationRows, count > 0 {
      rows.append("\(NumberText.count(count)) for validation")
    }
    for part in run.result?.errors ?? [] where part.part != "validation" {
      rows.append(NumberText.rows(part.rows, part.part))
    }
    facts.append(("rows", rows.joined(separator: ", ")))
    facts.append(("features", NumberText.count(run.data.schema.featureCount)))
    if let last = run.metrics.last {
      facts.append(
        (
          "steps",
          "\(NumberText.count(last.step)), epoch \(last.epoch) of \(run.configuration.training.epochs)"
        ))
      facts.append(("steps took", Self.duration(run)))
    }
    if let placement {
      facts.append(("ranks", placement.summary))
      facts.append(
        (
          "versions",
          (["cae \(placement.version)"] + [placement.mpi].compactMap(\.self)).joined(separator: ", ")
        ))
    }
    return Figure(
      title: "Data and machines", note: "This command repeats the run:", span: .all,
      body: Markup([
        .element("pre", ["tabindex": "0"], [.element("code", [:], ["\(Self.command(run))"])]),
        .element(
          "dl", ["class": "facts"],
          facts.filter { !$0.1.isEmpty }.map { name, value in
            .element("div", [:], [.element("dt", [:], ["\(name)"]), .element("dd", [:], ["\(value)"])])
          }),
      ]))
  }

  /// The time of the steps alone, from their means.
  private static func duration(_ run: RunReport) -> String {
    var (seconds, before) = (0.0, 0)
    for record in run.metrics {
      seconds += record.stepMs.mean / 1000 * Double(max(0, record.step - before))
      before = record.step
    }
    guard seconds.isFinite else { return "" }
    return seconds < 120
      ? "\(NumberText.short(seconds)) s"
      : seconds < 7200
        ? "\(NumberText.short(seconds / 60)) min" : "\(NumberText.short(seconds / 3600)) h"
  }

  /// `cae train` with every setting that is not the default.
  static func command(_ run: RunReport) -> String {
    let (ranks, areWorkers) = (run.placement?.ranks ?? 1, run.placement?.areWorkers ?? false)
    let start =
      ranks == 1 ? "cae train" : areWorkers ? "cae train --workers \(ranks)" : "mpirun -n \(ranks) cae train"
    // Elsewhere than the run, which is there.
    var again = run.configuration
    again.output.runDirectory += "-again"
    let options = SettingsTable.changed(run).map { setting in
      let text = setting.text(in: again)
      if setting.form == .flag { return text == "true" ? "--\(setting.name)" : "--no-\(setting.name)" }
      return "--\(setting.name) \(quoted(text))"
    }
    return ([start] + options).joined(separator: " \\\n  ")
  }

  /// A word as a shell takes it.
  private static func quoted(_ text: String) -> String {
    text.wholeMatch(of: /[A-Za-z0-9_.,:\/@%+=-]+/) != nil
      ? text : "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
