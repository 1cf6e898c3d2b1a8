import SelectionReport

/// The selected features in order.
struct SelectionTable: ReportChart {
  let section = ReportSection.selection

  /// Rows before the rest is folded away.
  private static let shownRows = 12
  private static let longName = 24

  func figure(_ run: RunReport) -> Figure? {
    let features = run.selection.features
    guard !features.isEmpty else { return nil }
    let hasReasons = run.selection.hasReasons
    // What selectors think of features that others chose says nothing.
    let hasProbabilities = run.selection.source == nil
    let table = DataTable(
      [hasReasons ? "rank" : "no.", "feature"] + (hasProbabilities ? ["probability"] : [])
        + (hasReasons ? ["adds", "stand-ins"] : []),
      numbers: hasProbabilities ? [0, 2, 3] : [0, 2],
      rows: features.map { feature in
        ["\(run.rank(feature))", run.title(of: feature.feature)]
          + (hasProbabilities ? [NumberText.fixed(feature.probability, decimals: 3)] : [])
          + (hasReasons
            ? [
              NumberText.short(feature.importance),
              feature.relatedStandIns.map {
                "\(run.title(of: $0.feature)) (\(NumberText.fixed($0.correlation, decimals: 2)))"
              }.joined(separator: ", "),
            ] : [])
      })
    let most = features.compactMap(\.importance).filter(\.isFinite).max() ?? 0
    // On a phone a long name takes a line of its own.
    let isLong = features.contains { run.title(of: $0.feature).count > Self.longName }
    func markup(_ rows: Range<Int>) -> Markup {
      table.markup(rows: rows, class: isLong ? "ranking long" : "ranking") { row, column in
        let feature = features[row]
        let isProbability = hasProbabilities && column == 2
        let share =
          isProbability
          ? feature.probability
          : column == (hasProbabilities ? 3 : 2) && most > 0 ? (feature.importance ?? 0) / most : nil
        guard let share else { return nil }
        return .element(
          "span",
          [
            "class": isProbability && !run.isSettled(feature) ? "meter low" : "meter",
            "style": "--share:\(Markup.percent(share))",
          ], ["\(table.rows[row][column])"])
      }
    }
    let first = markup(0..<min(Self.shownRows, features.count))
    let more =
      features.count <= Self.shownRows
      ? nil
      : Markup.element(
        "details", [:],
        [
          .element("summary", [:], ["\(features.count - Self.shownRows) more"]),
          markup(Self.shownRows..<features.count),
        ])
    // On paper nothing can be unfolded.
    let printed =
      more == nil
      ? nil
      : Markup.element(
        "p", ["class": "printed"],
        [
          "\(features.dropFirst(Self.shownRows).map { "\(run.rank($0)). \(run.title(of: $0.feature))" }.joined(separator: "   "))"
        ])
    let place = run.grid == nil ? "" : "Pixels as (row, column). "
    let source =
      run.selection.source.map { "Chosen by \(SelectionMethod.title($0))." }
      ?? "Probability: how sure the trained network is of the feature."
    let reasons =
      hasReasons
      ? " Adds: how much the error of linear regression from the selected features rises without this one. Stand-ins: what "
        + "could best replace it, with the correlation; none where that is below 0.3." : ""
    return Figure(
      title: hasReasons ? "Features, what adds most first" : "Features, by selector",
      note: "\(place)\(source)\(reasons)",
      span: run.grid == nil ? .all : .two, body: Markup([first] + [more, printed].compactMap(\.self)))
  }
}
