/// The selected features whose stand-ins would do as well.
struct StandInTable: ReportChart {
  let section = ReportSection.trust

  private static let shownRows = 8
  /// Below it a selected feature tells of itself alone, and any other would add as much.
  private static let leastCorrelation = 0.5

  func figure(_ run: RunReport) -> Figure? {
    guard run.selection.hasReasons else { return nil }
    let features = run.selection.features.filter {
      $0.isInterchangeable ?? false
        && ($0.standIns?.first).map { abs($0.correlation) >= Self.leastCorrelation } ?? true
    }
    let table = DataTable(
      ["selected", "as good", "correlation"], numbers: [2],
      rows: features.map { feature in
        let other = feature.standIns?.first
        return [
          run.title(of: feature.feature).cut(to: 40),
          other.map { run.title(of: $0.feature).cut(to: 40) } ?? "nothing: it adds nothing",
          NumberText.fixed(other?.correlation, decimals: 2),
        ]
      })
    return Figure(
      title: "Interchangeable features",
      note: features.isEmpty
        ? "None: replacing any selected feature by its best stand-in costs more than a hundredth of what it adds."
        : "\(features.count) of \(run.selection.features.count): another feature is as good but for a hundredth of what the "
          + "selected one adds, so which of the two is selected is chance."
          + (features.count > Self.shownRows ? " The first \(Self.shownRows) are shown." : ""),
      body: table.markup(rows: 0..<min(Self.shownRows, features.count)),
      table: features.count > Self.shownRows ? table : nil)
  }
}
