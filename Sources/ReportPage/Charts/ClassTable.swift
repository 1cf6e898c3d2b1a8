/// Rows of each class beside the classes that the decoder gives them.
struct ClassTable: ReportChart {
  let section = ReportSection.quality

  /// More classes than this make a table that nobody reads: what is confused most is shown instead.
  private static let mostClasses = 12
  private static let mostConfusions = 12

  func figure(_ run: RunReport) -> Figure? {
    guard let labels = run.labels, case .classes(let names, let counts) = labels.kind, !names.isEmpty else {
      return nil
    }
    let rows = NumberText.rows(labels.rows, labels.part)
    let isWhole = names.count <= Self.mostClasses
    return Figure(
      title: "Classes found",
      note: isWhole
        ? "A line is the rows of a class, on \(rows), and how many of them are taken for which; on the diagonal they are "
          + "taken for what they are."
        : "What is taken for something else most often, on \(rows)."
          + (run.configuration.data.table.columns.weight.isEmpty
            ? "" : " Every row counts as one, whatever its weight."),
      span: .two,
      body: isWhole ? Self.matrix(names, counts) : Self.confusions(names, counts),
      table: DataTable(
        ["class", "rows", "found", "right when given"], numbers: [1, 2, 3],
        rows: names.indices.map { place in
          let (own, given) = (counts[place].reduce(0, +), counts.map { $0[place] }.reduce(0, +))
          return [
            names[place], NumberText.count(own), Self.share(counts[place][place], of: own),
            Self.share(counts[place][place], of: given),
          ]
        }),
      tableTitle: "Each class")
  }

  private static func share(_ part: Int, of all: Int) -> String {
    all > 0 ? NumberText.percent(Double(part) / Double(all)) : "–"
  }

  private static func matrix(_ names: [String], _ counts: [[Int]]) -> Markup {
    let table = DataTable(
      ["is ↓  taken for →"] + names.map { $0.cut(to: 16) }, numbers: Set(1...names.count),
      rows: zip(names, counts).map { [$0.cut(to: 24)] + $1.map(NumberText.count) })
    return table.markup(class: "classes") { row, column in
      guard column > 0 else { return nil }
      let count = counts[row][column - 1]
      let share = Double(count) / Double(max(1, counts[row].reduce(0, +)))
      return .element(
        "span",
        [
          "class": count == 0 ? "tone none" : row == column - 1 ? "tone" : "tone wrong",
          "style": "--share: \(Markup.percent(share))",
        ], ["\(NumberText.count(count))"])
    }
  }

  private static func confusions(_ names: [String], _ counts: [[Int]]) -> Markup {
    let pairs = names.indices.flatMap { row in
      names.indices.filter { $0 != row && counts[row][$0] > 0 }.map { (row: row, given: $0) }
    }.sorted { counts[$0.row][$0.given] > counts[$1.row][$1.given] }.prefix(mostConfusions)
    guard !pairs.isEmpty else { return .element("p", [:], ["Nothing: every row is taken for what it is."]) }
    return DataTable(
      ["is", "taken for", "rows", "of its rows"], numbers: [2, 3],
      rows: pairs.map { row, given in
        [
          names[row], names[given], NumberText.count(counts[row][given]),
          share(counts[row][given], of: counts[row].reduce(0, +)),
        ]
      }
    ).markup()
  }
}
