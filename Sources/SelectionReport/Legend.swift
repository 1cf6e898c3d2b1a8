/// A line of marks with their meaning, going on in a further line where the width ends.
struct Legend {
  /// One mark and what it means.
  struct Entry {
    var mark: SelectionMap.Mark
    var text: String
  }

  private static let side = 18
  private static let lineHeight = 28
  private static let spaceAfterMark = 8
  private static let spaceAfterText = 26

  private let lines: [[(entry: Entry, x: Int)]]

  /// Lays the entries out in lines of at most `width` pixels.
  init(_ entries: [Entry], width: Int) {
    var lines: [[(Entry, Int)]] = [[]]
    var left = 0
    for entry in entries {
      let entryWidth = Self.width(of: entry)
      if left > 0 && left + entryWidth > width {
        lines.append([])
        left = 0
      }
      lines[lines.count - 1].append((entry, left))
      left += entryWidth + Self.spaceAfterText
    }
    self.lines = lines
  }

  private static func width(of entry: Entry) -> Int {
    side + spaceAfterMark + Canvas.textWidth(entry.text, scale: Caption.bodyScale)
  }

  /// The entries for a selection: what its marks mean and how many selectors each stands for.
  static func entries(for selection: Selection) -> [Entry] {
    let unconverged = selection.unconvergedSelectors.count
    let converged = selection.features.count - unconverged
    let repeated = selection.duplicates.count
    let limit = Selection.convergedProbability
    return [
      Entry(
        mark: .init(feature: 0, probability: 1, count: 1),
        text: "converged: \(converged)"),
      unconverged == 0
        ? nil
        : Entry(
          mark: .init(feature: 0, probability: 0.4, count: 1),
          text: "not converged (under \(limit)): \(unconverged)"),
      repeated == 0
        ? nil
        : Entry(
          mark: .init(feature: 0, probability: 1, count: 2), text: "duplicates: \(repeated)"),
    ].compactMap { $0 }
  }

  /// The entries for several selections in one picture: what the marks mean, without numbers.
  static func entries(forMarksOf selections: [Selection]) -> [Entry] {
    let features = selections.flatMap(\.features)
    let limit = Selection.convergedProbability
    return [
      features.contains(where: \.isConverged)
        ? Entry(
          mark: .init(feature: 0, probability: 1, count: 1),
          text: "selected, converged (probability \(limit) or more)") : nil,
      features.contains { !$0.isConverged }
        ? Entry(
          mark: .init(feature: 0, probability: 0.4, count: 1), text: "selected, not converged") : nil,
    ].compactMap { $0 }
  }

  /// The height in pixels.
  var height: Int { lines.count * Self.lineHeight }

  /// Draws the lines from (`x`, `y`) down.
  func draw(on canvas: inout Canvas, x: Int, y: Int) {
    for (index, line) in lines.enumerated() {
      let top = y + index * Self.lineHeight
      for (entry, left) in line {
        let square = Rectangle(x: x + left, y: top, width: Self.side, height: Self.side)
        SelectionMap.draw(entry.mark, in: square, on: &canvas, number: entry.mark.count > 1)
        canvas.text(
          entry.text, x: square.x + Self.side + Self.spaceAfterMark, y: top + 2,
          color: Palette.secondaryText, scale: Caption.bodyScale)
      }
    }
  }
}
