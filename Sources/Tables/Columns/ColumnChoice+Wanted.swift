extension ColumnChoice {
  /// The roles of columns of which those at `places` are wanted: of the others only identifiers have one.
  ///
  /// Throws `ColumnChoiceError` where a wanted column holds text, or the identifiers are not there.
  func roles(
    of places: [Int], presets: [Int: Role], lookup: ColumnLookup, count: Int, isText: (Int) -> Bool,
    path: String
  ) throws -> [Role] {
    var roles = [Role](repeating: .none, count: count)
    let named = id.isEmpty ? [] : lookup.columns(id)
    if !id.isEmpty, named.count != 1, !(wanted?.isIDOptional ?? false) {
      throw ColumnChoiceError(
        path: path,
        problem: named.isEmpty
          ? .unknown(option: "id", name: id, count: count, known: lookup.near(id))
          : .ambiguous(option: "id", name: id, count: named.count))
    }
    if named.count == 1 {
      roles[named[0]] = .id
    } else if let preset = presets.first(where: { $0.value == .id }) {
      roles[preset.key] = .id
    }
    for place in places { roles[place] = .feature }
    let texts = places.filter(isText)
    guard texts.isEmpty else {
      throw ColumnChoiceError(
        path: path, problem: .wantedText(names: texts.map { lookup.title(of: $0) }))
    }
    return roles
  }
}
