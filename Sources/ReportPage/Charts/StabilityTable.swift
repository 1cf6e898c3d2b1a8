/// How often the features were selected from other draws of the rows.
struct StabilityTable: ReportChart {
  let section = ReportSection.trust

  private static let shownRows = 12

  func figure(_ run: RunReport) -> Figure? {
    guard let stability = run.stability else { return nil }
    let selected = Set(run.selection.features.map(\.feature))
    // The selection's own, and what was selected as often as the least frequent of them.
    let least = stability.features.filter { selected.contains($0.feature) }.map(\.frequency).min() ?? 0
    let missing = selected.subtracting(stability.features.map(\.feature))
    let shown = stability.features.filter { selected.contains($0.feature) || $0.frequency >= least }
    let table = DataTable(
      ["feature", "in this selection", "selected in", "it or a copy"], numbers: [2, 3],
      rows: shown.map { feature in
        [
          run.title(of: feature.feature), selected.contains(feature.feature) ? "yes" : "no",
          NumberText.percent(feature.frequency), NumberText.percent(feature.groupFrequency),
        ]
      } + missing.sorted().map { [run.title(of: $0), "yes", NumberText.percent(0), "–"] })
    return Figure(
      title: "Stability",
      note: "\(stability.runs) selections from draws of the rows: two of them share "
        + "\(NumberText.percent(stability.jaccard)) of their features, \(NumberText.percent(stability.tolerantJaccard)) where "
        + "copies count. Agreement beyond chance is \(NumberText.fixed(stability.index, decimals: 2)) (1: always the same "
        + "features, 0: as if drawn).",
      span: .two, body: table.markup(rows: 0..<min(Self.shownRows, table.rows.count)),
      table: table.rows.count > Self.shownRows ? table : nil)
  }
}
