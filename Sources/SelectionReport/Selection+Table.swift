import Foundation

extension Selection {
  /// The selection as aligned text for a terminal, ending in a line feed.
  ///
  /// Numbers are right-aligned; row, column and name are left out where no feature has one. More than 20
  /// selectors are folded into as many side-by-side blocks as fit in `width` characters, read downwards.
  /// Selectors below `convergedProbability` are marked `!`, features selected more than once `=`.
  ///
  /// - Parameter width: the terminal's width in characters; 0 never folds.
  public func table(width: Int = 80) -> String {
    // Names that leave no room for the rest are cut.
    let whole = tableColumns(longestName: .max)
    let room = whole.contains { ["name", "stand-ins"].contains($0.title) } ? max(width, 80) : .max
    let columns = Self.width(of: whole) <= room ? whole : tableColumns(longestName: 24)
    let widths = columns.map { column in
      max(column.title.count, column.cells.map(\.count).max() ?? 0)
    }
    let lineWidth = Self.width(of: columns)
    let gap = 4
    let fitting = max(1, (width + gap) / (lineWidth + gap))
    let blocks = features.count <= 20 ? 1 : min(fitting, (features.count + 9) / 10)
    let height = (features.count + blocks - 1) / blocks

    func line(_ cell: (TableColumn) -> String) -> String {
      zip(columns, widths).map { $0.padded(cell($0), to: $1) }.joined(separator: "  ")
    }
    let separator = String(repeating: " ", count: gap)
    var lines = [Array(repeating: line(\.title), count: blocks).joined(separator: separator)]
    for y in 0..<height {
      let indices = stride(from: y, to: features.count, by: height)
      lines.append(indices.map { index in line { $0.cells[index] } }.joined(separator: separator))
    }
    lines.append(contentsOf: tableFooter())
    return lines.map { Self.trimmedEnd($0) }.joined(separator: "\n") + "\n"
  }

  private static func width(of columns: [TableColumn]) -> Int {
    columns.reduce(-2) { $0 + 2 + max($1.title.count, $1.cells.map(\.count).max() ?? 0) }
  }

  private func tableColumns(longestName: Int) -> [TableColumn] {
    let repeated = duplicates
    func optional(_ title: String, _ value: (SelectedFeature) -> String?, right: Bool) -> TableColumn? {
      let cells = features.map(value)
      guard cells.contains(where: { $0 != nil }) else { return nil }
      return TableColumn(title: title, cells: cells.map { $0 ?? "" }, alignsRight: right)
    }
    let marks = features.map {
      ($0.isConverged || source != nil ? "" : "!") + (repeated[$0.feature] == nil ? "" : "=")
    }
    return [
      TableColumn(title: "selector", cells: features.map { "\($0.selector)" }, alignsRight: true),
      TableColumn(title: "feature", cells: features.map { "\($0.feature)" }, alignsRight: true),
      optional("row", { $0.row.map(String.init) }, right: true),
      optional("col", { $0.column.map(String.init) }, right: true),
      optional("name", { $0.name.map { Self.printable($0).cut(to: longestName) } }, right: false),
      // What selectors think of features that others chose says nothing.
      optional("prob", { source == nil ? Self.fixed($0.probability, decimals: 4) : nil }, right: true),
      optional("adds", { $0.importance.map { String(format: "%.4g", $0) } }, right: true),
      optional(
        "stand-ins", { $0.standIns == nil ? nil : Self.list($0.relatedStandIns, longestName) }, right: false),
      marks.allSatisfy(\.isEmpty) ? nil : TableColumn(title: "", cells: marks, alignsRight: false),
    ].compactMap { $0 }
  }

  private func tableFooter() -> [String] {
    let noun = features.count == 1 ? "selector" : "selectors"
    var lines = [
      "\(features.count) \(noun), \(distinctCount) distinct of \(featureCount) features"
        + (source == nil ? ", mean probability \(Self.fixed(meanMax, decimals: 4))" : "")
    ]
    if hasReasons {
      lines.append(
        "adds: rise of the linear mean squared error\(linearError.map { String(format: ", %.4g,", $0) } ?? "") without it; "
          + "stand-ins: with their correlation")
    }
    if let source { lines.append("selected by \(SelectionMethod.title(source))") }
    if !unconvergedSelectors.isEmpty {
      lines.append("! probability under \(Self.convergedProbability): not converged")
    }
    if !duplicates.isEmpty { lines.append("= feature selected more than once") }
    return lines
  }

  /// The best two stand-ins with their correlations.
  private static func list(_ standIns: [SelectedFeature.StandIn], _ longestName: Int) -> String {
    standIns.prefix(2).map {
      "\(printable($0.title).cut(to: longestName)) \(String(format: "%.2f", $0.correlation))"
    }
    .joined(separator: ", ")
  }

  /// A name without control characters, which could move the cursor or colour the terminal.
  private static func printable(_ name: String) -> String {
    String(
      String.UnicodeScalarView(
        name.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }

  private static func trimmedEnd(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }
}

/// One column of the table: its heading and a cell a selector.
private struct TableColumn {
  var title: String
  var cells: [String]
  var alignsRight: Bool

  func padded(_ text: String, to width: Int) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return alignsRight ? space + text : text + space
  }
}
