/// A column of groups as it is read: equal texts are one group.
struct GroupColumn {
  /// The place of each row's group in the order in which groups are found.
  private(set) var codes: [Int32] = []
  private var places: [String: Int32] = [:]

  /// Takes the group of the next row.
  mutating func append(_ group: String) {
    let place = places[group] ?? Int32(places.count)
    places[group] = place
    codes.append(place)
  }
}
