/// The name that somebody who mistyped one may have meant.
package enum NearestName {
  /// The known name with the fewest edits to `name`, or nil if none is near.
  package static func of(_ name: String, among names: [String]) -> String? {
    let ranked = names.map { ($0, editDistance(name, $0)) }
    guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(2, name.count / 3) else { return nil }
    return best.0
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
