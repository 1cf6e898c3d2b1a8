/// Which columns of a table are features, and what others are for. A column goes by its name or, where no column is
/// called so, by its number from 0.
public struct ColumnChoice: Sendable, Hashable, Codable {
  /// What is done about columns of text that are not chosen for anything.
  public enum TextColumns: String, Sendable, Hashable, Codable, CaseIterable { case refuse, drop }

  /// The column with the classes or values that are to be told of a row; empty: none.
  public var label = ""
  /// Whether a table without that column is taken as well.
  public var isLabelOptional = false
  /// Whether a table without the columns that divide rows, or weigh them, is taken as well.
  public var isDivisionOptional = false
  /// The column that says which row it is; empty: none.
  public var id = ""
  /// The column that says whether a row is to train on, for validation or for the test; empty: none.
  public var split = ""
  /// The column with the groups whose rows stay together when rows are held out, or its name, a colon and a text: then a group
  /// is what stands before the last such text. It may be the column of identifiers. Empty: none.
  public var group = ""
  /// The column with the rows' weights; empty: all count alike.
  public var weight = ""
  /// The columns that alone are features; none: all.
  public var include = ColumnPatterns()
  /// Columns that are no features.
  public var exclude = ColumnPatterns()
  /// What is done about columns of text.
  public var textColumns = TextColumns.refuse
  /// Features of a model that alone are features; nil: as the others say.
  package var wanted: WantedColumns?

  /// Nothing said: every column is a feature.
  public init() {}

  /// What a column is for.
  package enum Role: Sendable, Hashable, Codable { case feature, label, id, split, group, weight, none }

  /// The role of each of `count` columns; `presets` are those that the table itself gives.
  ///
  /// Throws `ColumnChoiceError` where a name or pattern fits no column, a column of text is neither chosen for
  /// something else nor to be dropped, or no feature is left.
  func roles(
    names: [String]?, count: Int, presets: [Int: Role] = [:], isText: (Int) -> Bool = { _ in false },
    example: (Int) -> TextExample? = { _ in nil }, path: String
  ) throws -> [Role] {
    func failure(_ problem: ColumnChoiceError.Problem) -> ColumnChoiceError {
      ColumnChoiceError(path: path, problem: problem)
    }
    let (include, exclude) = (try include.expanded(), try exclude.expanded())
    let lookup = ColumnLookup(names: names, count: count)
    func columns(_ pattern: String, _ option: String) throws -> [Int] {
      let found = lookup.columns(pattern)
      guard !found.isEmpty else {
        throw failure(.unknown(option: option, name: pattern, count: count, known: lookup.near(pattern)))
      }
      return found
    }
    if let wanted, let places = try wanted.named(names, path: path) {
      return try roles(of: places, presets: presets, lookup: lookup, count: count, isText: isText, path: path)
    }
    var roles = [Role](repeating: include.texts.isEmpty ? .feature : .none, count: count)
    for (column, role) in presets {
      let isReplaced = role == .label && !label.isEmpty || role == .id && !id.isEmpty
      roles[column] = isReplaced ? .none : role
    }
    for pattern in include.texts {
      for column in try columns(pattern, "include") { roles[column] = .feature }
    }
    for pattern in exclude.texts { for column in try columns(pattern, "exclude") { roles[column] = .none } }
    let group = grouping(names).column
    let isIdentifier = !group.isEmpty && !id.isEmpty && lookup.columns(group) == lookup.columns(id)
    let used = [
      (id, "id", Role.id), (label, "label", .label), (split, "split", .split),
      (isIdentifier ? "" : group, "group", .group), (weight, "weight", .weight),
    ]
    for (name, option, role) in used where !name.isEmpty {
      let isOptional =
        switch role {
        case .id: wanted?.isIDOptional ?? false
        case .label: isLabelOptional
        default: isDivisionOptional
        }
      if isOptional, lookup.columns(name).isEmpty { continue }
      let found = try columns(name, option)
      guard found.count == 1 else {
        throw failure(.ambiguous(option: option, name: name, count: found.count))
      }
      guard !used.contains(where: { !$0.0.isEmpty && $0.2 == roles[found[0]] }) else {
        throw failure(.twice(name: name))
      }
      roles[found[0]] = role
    }
    let texts = roles.indices.filter { roles[$0] == .feature && isText($0) }
    if textColumns == .drop {
      for column in texts { roles[column] = .none }
    } else if !texts.isEmpty {
      throw failure(
        .text(
          names: texts.prefix(5).map { names?[$0] ?? "\($0)" }, count: texts.count, example: example(texts[0])
        ))
    }
    guard roles.contains(.feature) else { throw failure(.noFeatures(textColumns: texts.count)) }
    return roles
  }

  /// The column of groups, and the text before the last of which a group's name ends; empty where there is none.
  func grouping(_ names: [String]?) -> (column: String, until: String) {
    guard names.map({ !$0.contains(group) }) ?? true, let colon = group.lastIndex(of: ":") else {
      return (group, "")
    }
    return (String(group[..<colon]), String(group[group.index(after: colon)...]))
  }
}
