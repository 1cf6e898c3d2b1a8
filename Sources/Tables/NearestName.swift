/// The name that somebody who mistyped one may have meant.
package enum NearestName {
  /// The known name with the fewest edits to `name`, or nil if none is near.
  package static func of(_ name: String, among names: [String]) -> String? { all(name, among: names).first }

  /// All known names that are near, the nearest first; capitals are no difference.
  package static func all(_ name: String, among names: [String]) -> [String] {
    // A short name is near to nothing by two edits: all of it may be other.
    let most = max(min(2, name.count / 2), name.count / 3)
    let near = names.filter { abs($0.count - name.count) <= most }.map {
      ($0, editDistance(name.lowercased(), $0.lowercased()))
    }
    return near.filter { $0.1 <= most }.sorted { $0.1 < $1.1 }.map(\.0)
  }

  private static func editDistance(_ a: String, _ b: String) -> Int {
    let a = Array(a), b = Array(b)
    var previous = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      for j in b.indices {
        current.append(
          min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1)))
      }
      previous = current
    }
    return previous[b.count]
  }
}
