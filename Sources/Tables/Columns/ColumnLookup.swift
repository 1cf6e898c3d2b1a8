/// Columns by name, number or pattern.
struct ColumnLookup {
  private let names: [String]?
  private let count: Int
  private let places: [String: [Int]]

  init(names: [String]?, count: Int) {
    self.names = names
    self.count = count
    places = Dictionary(grouping: (names ?? []).indices) { names![$0] }
  }

  /// The columns called `pattern`, else the one with this number, else those that the pattern (`*`: anything,
  /// `?`: a character) fits.
  func columns(_ pattern: String) -> [Int] {
    if let named = places[pattern] { return named }
    if let number = Int(pattern), (0..<count).contains(number) { return [number] }
    guard let names, pattern.contains(where: { $0 == "*" || $0 == "?" }) else { return [] }
    let pattern = Array(pattern.utf8)
    return names.indices.filter { Self.fits(Array(names[$0].utf8)[...], pattern[...]) }
  }

  /// A column's name, else its number.
  func title(of column: Int) -> String { names?[column] ?? "\(column)" }

  /// Names that differ in case or blanks only, else those by a few letters, else the first ones.
  func near(_ name: String) -> [String] {
    func plain(_ name: String) -> String { name.lowercased().filter { !$0.isWhitespace } }
    let names = names ?? []
    let same = names.filter { plain($0) == plain(name) }
    let near = same.isEmpty ? NearestName.all(name, among: names) : same
    return Array((near.isEmpty ? names : near).prefix(5))
  }

  private static func fits(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    var (place, wanted) = (name.startIndex, pattern.startIndex)
    // Behind the last star, and how much of the name it has taken.
    var retry: (wanted: Int, place: Int)?
    while place < name.endIndex {
      if wanted < pattern.endIndex, pattern[wanted] == UInt8(ascii: "*") {
        wanted += 1
        retry = (wanted, place)
      } else if wanted < pattern.endIndex,
        pattern[wanted] == UInt8(ascii: "?") || pattern[wanted] == name[place]
      {
        place += 1
        wanted += 1
      } else if let star = retry {
        retry!.place += 1
        (wanted, place) = (star.wanted, star.place + 1)
      } else {
        return false
      }
    }
    return pattern[wanted...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
