/// How the rows of a global batch fall into groups that share selector noise: row b of B is in group
/// floor(b G / B).
///
/// A function of the batch alone, so that no group depends on the rank that has its rows.
struct NoiseGroups: Equatable {
  /// G, at most B.
  let count: Int
  /// B.
  let rows: Int

  /// `requested` groups, or fewer in a shorter batch; 0 makes a group of each row.
  init(requested: Int, rows: Int) {
    count = requested == 0 ? rows : min(requested, rows)
    self.rows = rows
  }

  /// The group of a row of the global batch.
  func group(of row: Int) -> Int { row * count / rows }

  /// The last row of a group in the global batch, plus one.
  func end(of group: Int) -> Int { ((group + 1) * rows + count - 1) / count }

  /// Whether each row has a group of its own.
  var areSingleRows: Bool { count == rows }
}
