/// Ranks hold different values of something that must be the same on all.
package struct DisagreementError: Error, Sendable, Equatable, Codable {
  /// The ranks that hold one value.
  package struct Group: Sendable, Equatable, Codable {
    /// The value; nil if these ranks do not have the field.
    package let value: String?
    /// The ranks, ascending.
    package let ranks: [Int]
  }

  /// A field whose value is not the same on all ranks.
  package struct Difference: Sendable, Equatable, Codable {
    /// The field's name.
    package let field: String
    /// Each value with its ranks, the most common first, then by lowest rank.
    package let groups: [Group]
  }

  /// The fields that differ, in the order of rank 0's list, then of those rank 0 lacks.
  package let differences: [Difference]

  /// Finds the differences between the ranks' lists, which are in rank order.
  init(_ lists: [[(name: String, value: String)]]) {
    let tables = lists.map { Dictionary($0, uniquingKeysWith: { first, _ in first }) }
    var names: [String] = []
    for list in lists {
      for field in list where !names.contains(field.name) { names.append(field.name) }
    }
    differences = names.compactMap { name in
      let ranks = Dictionary(grouping: tables.indices) { tables[$0][name] }
      guard ranks.count > 1 else { return nil }
      let groups = ranks.map { Group(value: $0.key, ranks: $0.value) }
      return Difference(
        field: name,
        groups: groups.sorted { left, right in
          left.ranks.count == right.ranks.count
            ? left.ranks[0] < right.ranks[0] : left.ranks.count > right.ranks.count
        })
    }
  }
}

extension DisagreementError: CustomStringConvertible {
  /// Every field that differs, with the ranks and their values.
  package var description: String {
    let fields = differences.map { difference in
      let groups = difference.groups.map { group in
        let who = (group.ranks.count == 1 ? "rank " : "ranks ") + "\(RankList(group.ranks))"
        return "\(who): \(group.value.map { "\"\($0)\"" } ?? "no such field")"
      }
      return "\(difference.field) (\(groups.joined(separator: "; ")))"
    }
    return """
      The ranks differ in \(fields.joined(separator: ", ")). All ranks must run the same program with the \
      same configuration and data: compare the files and the program on the nodes of those ranks.
      """
  }
}
