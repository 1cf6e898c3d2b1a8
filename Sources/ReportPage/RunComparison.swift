import ConcreteAutoencoder
import RunSettings
import RunStore
import SelectionReport

/// Several runs beside each other: what they selected, how good it is, how they went and where their settings differ.
package struct RunComparison {
  /// The runs, in the order given.
  package let runs: [RunReport]

  /// The runs' names: the ends of their paths, or the paths where ends agree.
  package let names: [String]

  /// A stand-in counts as the same feature from this correlation on.
  private static let sameCorrelation = 0.9

  /// Puts runs beside each other. Throws `RunDirectoryError` for fewer than two, and for runs that select from other features.
  package init(_ runs: [RunReport]) throws {
    guard let first = runs.first, runs.count > 1 else {
      throw RunDirectoryError("one run is nothing to compare; give two or more, or `cae report RUN`")
    }
    for run in runs
    where run.data.schema.featureCount != first.data.schema.featureCount
      || run.data.schema.names != first.data.schema.names
    {
      throw RunDirectoryError(
        "\(run.path) selects from other features than \(first.path): runs on the same columns are compared")
    }
    self.runs = runs
    let ends = runs.map { String($0.path.split(separator: "/").last ?? "run") }
    names = Set(ends).count == ends.count ? ends : runs.map(\.path)
  }

  /// The page's title, and what stands below it.
  var headline: String { "\(runs.count) runs beside each other" }
  package var lead: String {
    let all = runs.map { Set($0.selection.features.map(\.feature)) }
    let common = all.dropFirst().reduce(all[0]) { $0.intersection($1) }.count
    let either = all.reduce(Set()) { $0.union($1) }.count
    return
      "Of \(NumberText.count(either)) features that any of them selected, \(NumberText.count(common)) are in all runs."
  }
  /// Why their errors may not be compared; nil where they may.
  var warning: String? {
    Set(runs.map(\.data.contentHash)).count > 1
      ? "the runs had different data, so errors are of different rows." : nil
  }

  /// What the page shows, by section.
  var figures: [(section: ReportSection, figure: Figure?)] {
    [
      (.selection, selected), (.selection, overlap), (.quality, facts), (.quality, errors("held-out")),
      (.quality, errors("validation")), (.quality, linear), (.trust, convergence), (.course, curves),
      (.settings, settings), (.settings, commands),
    ] + Self.chartsOfEach.flatMap { chart in ofEach(chart).map { (chart.section, $0) } }
  }

  /// Charts that are shown of each run, beside those of the others.
  private static let chartsOfEach: [any ReportChart] = [
    SelectionMap(), SelectionAxis(), ParityPlots(), ClassTable(), LabelPlot(), Reconstructions(),
    RebuiltCurves(),
  ]

  private func ofEach(_ chart: any ReportChart) -> [Figure] {
    zip(names, runs).compactMap { name, run in
      var run = run
      // What each came to: how it got there is on its own page.
      if let last = run.images?.moments.last { run.images?.moments = [last] }
      guard var figure = chart.figure(run) else { return nil }
      figure.title += ": \(name)"
      return figure
    }
  }

  private var selected: Figure {
    let places = runs.map { run in
      Dictionary(run.selection.features.map { ($0.feature, run.rank($0)) }, uniquingKeysWith: min)
    }
    let features = Set(places.flatMap(\.keys)).map { feature in
      (feature: feature, ranks: places.map { $0[feature] })
    }
    .sorted {
      let (a, b) = ($0.ranks.compactMap(\.self), $1.ranks.compactMap(\.self))
      return a.count != b.count ? a.count > b.count : (a.min() ?? 0, $0.feature) < (b.min() ?? 0, $1.feature)
    }
    let table = DataTable(
      ["feature", "runs"] + names, numbers: Set(1..<(2 + names.count)),
      rows: features.map { entry in
        [runs[0].title(of: entry.feature), "\(entry.ranks.compactMap(\.self).count)"]
          + entry.ranks.map { $0.map(String.init) ?? "–" }
      })
    let shown = min(20, features.count)
    return Figure(
      title: "Selected features",
      note:
        "The feature's place in each run's ranking, from 1; –: not selected. Those of most runs come first.",
      span: .two, body: table.markup(rows: 0..<shown),
      table: shown < features.count ? table : nil, tableTitle: "All \(features.count)")
  }

  private var overlap: Figure {
    let pairs = runs.indices.flatMap { a in runs.indices.filter { $0 > a }.map { (a, $0) } }
    let table = DataTable(
      ["runs", "shared", "share", "with stand-ins"], numbers: [1, 2, 3],
      rows: pairs.map { a, b in
        let (one, other) = (runs[a].selection.features, runs[b].selection.features)
        let (left, right) = (Set(one.map(\.feature)), Set(other.map(\.feature)))
        let shared = left.intersection(right).count
        func jaccard(_ shared: Int) -> String {
          NumberText.fixed(Double(shared) / Double(max(1, left.count + right.count - shared)), decimals: 2)
        }
        let known = runs[a].selection.hasReasons || runs[b].selection.hasReasons
        return [
          "\(names[a]), \(names[b])", "\(shared)", jaccard(shared),
          known ? jaccard(shared + Self.replaced(one, other)) : "–",
        ]
      })
    return Figure(
      title: "Overlap",
      note:
        "Features that both selected, and their share of all that either selected (Jaccard): 1 is the same selection. With "
        + "stand-ins a feature also counts where the other run has one of correlation \(Self.sameCorrelation) or more to it.",
      body: table.markup())
  }

  /// Features of one run that have a near copy in the other, each once.
  private static func replaced(_ one: [SelectedFeature], _ other: [SelectedFeature]) -> Int {
    let (left, right) = (Set(one.map(\.feature)), Set(other.map(\.feature)))
    func copies(_ feature: SelectedFeature) -> [Int] {
      (feature.standIns ?? []).filter { abs($0.correlation) >= sameCorrelation }.map(\.feature)
    }
    var free = other.filter { !left.contains($0.feature) }
    var count = 0
    for feature in one where !right.contains(feature.feature) {
      let match = free.firstIndex {
        copies(feature).contains($0.feature) || copies($0).contains(feature.feature)
      }
      if let match {
        free.remove(at: match)
        count += 1
      }
    }
    return count
  }

  private func errors(_ part: String) -> Figure? {
    let entries = zip(names, runs).compactMap { name, run -> RowChart.Row? in
      let isHeldOut = part == "held-out"
      guard let value = isHeldOut ? run.result?.heldOutLoss : run.result?.validationLoss else { return nil }
      let error = isHeldOut ? run.result?.heldOutStandardError : run.result?.validationStandardError
      return RowChart.Row(
        name: name, value: value,
        text: NumberText.short(value) + (error.map { " ± \(NumberText.short($0))" } ?? ""),
        error: error)
    }
    guard entries.count > 1 else { return nil }
    let note =
      part == "held-out"
      ? "Error of each run's model on rows that nothing was chosen by, with its standard error; further left is better."
      : "Error on the rows by which each run chose, with its standard error; further left is better."
    return figure(part == "held-out" ? "Held-out error" : "Validation error", note, entries, isDots: true)
  }

  private var linear: Figure? {
    let entries = zip(names, runs).compactMap { name, run in
      run.result?.comparison?.entries.first { $0.name == "result" && $0.error.isFinite }.map {
        RowChart.Row(name: name, value: $0.error, text: NumberText.short($0.error))
      }
    }
    guard entries.count > 1 else { return nil }
    return figure(
      "Error by linear regression",
      "All features found from the selected ones, on held-out rows; shorter is better.",
      entries)
  }

  private var convergence: Figure? {
    let entries = zip(names, runs).compactMap { name, run -> RowChart.Row? in
      guard let selectors = run.result?.selectors else { return nil }
      let count = run.configuration.selector.k
      return RowChart.Row(
        name: name, value: Double(count - selectors.unconverged) / Double(max(1, count)),
        text: "\(count - selectors.unconverged) of \(count)")
    }
    guard !entries.isEmpty else { return nil }
    return figure(
      "Selectors converged",
      "Parts of the network that settled on one feature, or on it and its copies: a probability of \(Selection.convergedProbability) or more.",
      entries,
      full: 1)
  }

  private func figure(
    _ title: String, _ note: String, _ rows: [RowChart.Row], isDots: Bool = false, full: Double? = nil
  ) -> Figure {
    let best = full == nil ? rows.map(\.value).min() : nil
    let marked = rows.map { row in
      var row = row
      if row.value == best { row.style = "main" }
      return row
    }
    return Figure(
      title: title, note: note,
      body: RowChart(rows: marked, isDots: isDots, full: full).svg(title: "\(title) of each run"),
      table: DataTable(["run", "value"], numbers: [1], rows: rows.map { [$0.name, $0.text] }))
  }

  private var curves: Figure? {
    let lines = runs.map { run in
      run.metrics.compactMap { record in
        record.validation.first { $0.name == record.objective.name }.map {
          (x: Double(record.step), y: $0.value)
        }
      }
    }
    guard lines.contains(where: { !$0.isEmpty }) else { return nil }
    let points = lines.flatMap(\.self)
    let picture = Markup.responsive(wide: 640) { width in
      Plot(
        .init(title: "steps", scale: Scale(points.map(\.x), including: [0], isTight: true)),
        .init(title: "validation error", scale: Scale(points.map(\.y), logarithmic: true)), width: width,
        height: 260, layers: lines.enumerated().map { .line($1, style: "run-\($0 % 6)") }
      ).svg(title: "Validation error of each run over steps")
    }
    return Figure(
      title: "Error during training",
      note: "Of the selection as it stood, on rows that are not trained on; lower is better.",
      span: .two,
      body: Markup([
        picture,
        .element(
          "ul", ["class": "legend"],
          names.enumerated().map { .element("li", ["class": "run-\($0 % 6)"], ["\($1)"]) }),
      ]),
      table: DataTable(
        ["run", "steps", "first", "best", "last"], numbers: [1, 2, 3, 4],
        rows: zip(names, zip(runs, lines)).map { name, course in
          let values = course.1.map(\.y)
          return [
            name, NumberText.count(course.0.metrics.last?.step ?? 0), NumberText.short(values.first),
            NumberText.short(values.min()), NumberText.short(values.last),
          ]
        }))
  }

  private var settings: Figure {
    let differing = Setting.all.filter { setting in
      setting.name != "run-dir" && Set(runs.map { setting.text(in: $0.configuration) }).count > 1
    }
    return Figure(
      title: "Settings that differ",
      note: differing.isEmpty
        ? "None: the runs differ by chance alone." : "The others are the same in all runs.",
      span: .all,
      body: DataTable(
        ["setting"] + names,
        rows: differing.map { setting in
          [setting.name]
            + runs.map {
              let text = setting.text(in: $0.configuration)
              return text.isEmpty ? "–" : text
            }
        }
      ).markup(class: "differing"))
  }
}
