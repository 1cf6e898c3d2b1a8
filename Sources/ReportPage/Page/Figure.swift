/// One thing that the page shows: what a chart makes of a run.
struct Figure {
  /// How much of the page's width it takes.
  enum Span: String { case one, two, all }

  var title: String
  /// What is to be known to understand it.
  var note: String
  var span = Span.one
  var body: Markup
  /// The same in numbers, folded away.
  var table: DataTable?
  /// What the folded table is called.
  var tableTitle = "Numbers"
}

/// Rows of texts under headings; columns of numbers stand to the right.
struct DataTable {
  /// A heading.
  struct Column {
    var title: String
    var isNumber: Bool
  }

  var columns: [Column]
  var rows: [[String]]

  /// A table whose `numbers` are the places of columns of numbers.
  init(_ titles: [String], numbers: Set<Int> = [], rows: [[String]]) {
    columns = titles.enumerated().map { Column(title: $1, isNumber: numbers.contains($0)) }
    self.rows = rows
  }

  /// The table, or some of its rows; `cell` may make more of a cell than its text.
  func markup(
    rows shown: Range<Int>? = nil, class name: String? = nil,
    cell: (_ row: Int, _ column: Int) -> Markup? = { _, _ in nil }
  ) -> Markup {
    let head = columns.map {
      Markup.element("th", ["scope": "col", "class": $0.isNumber ? "number" : nil], ["\($0.title)"])
    }
    let body = (shown ?? rows.indices).map { row in
      Markup.element(
        "tr", [:],
        columns.indices.map { column in
          .element(
            "td", ["class": columns[column].isNumber ? "number" : nil],
            [cell(row, column) ?? "\(rows[row][column])"])
        })
    }
    guard !body.isEmpty else { return "" }
    return .element(
      "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "table"],
      [
        .element(
          "table", ["class": name],
          [.element("thead", [:], [.element("tr", [:], head)]), .element("tbody", [:], body)])
      ])
  }
}
