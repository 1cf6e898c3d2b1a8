/// A record at the beginning of a text table; valid as long as the table's sample.
struct TextRecord {
  /// A field and its value.
  struct Cell {
    let field: FieldScanner.Field
    let value: TextValue

    var shown: String { TextTableError.shown(field.content) }
  }

  var cells: [Cell] = []
  /// The line it begins on, from 1.
  let line: Int
}
