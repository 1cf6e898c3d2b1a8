import LinearAlgebra

/// One feature for each selector, all of them distinct: the assignment of the largest sum of logits.
///
/// The argmax may give several selectors the same feature. A selector's K largest logits suffice as candidates: the
/// others can take K - 1 of them at the most.
package struct DistinctAssignment: Sendable, Equatable {
  /// The feature of each selector, in the selectors' order.
  package let features: [Int]
  /// The feature of each selector's largest logit, which may repeat.
  package let argmax: [Int]
  /// The selectors whose feature is not that of their largest logit.
  package let repaired: [Int]
  /// How much smaller the sum of the logits is than that of the largest ones.
  package let cost: Double

  /// Assigns the rows of logits [selectors, features].
  ///
  /// - Parameters:
  ///   - keep: features that are assigned to some selector in any case.
  ///   - excluded: features that are assigned to none; the argmax is taken without them as well.
  /// - Throws: `SubsetError` if the features that are left are fewer than the selectors, or `keep` does not fit.
  /// - Complexity: O(K D + K^2 log K) where few selectors collide, O(K^3 log K) in the worst case.
  package init<Scalar: Real>(logits: MatrixView<Scalar>, constraints: SubsetConstraints = .none) throws {
    let (selectors, featureCount) = (logits.rows, logits.columns)
    try constraints.validate(count: selectors, featureCount: featureCount)
    let excluded = Set(constraints.excluded)
    let allowed = (0..<featureCount).filter { !excluded.contains($0) }
    let keep = Set(constraints.keep)
    var (largest, spread) = ([Double](), 0.0)
    let columns = (0..<selectors).map { k in
      let row = logits.row(k)
      let top = Self.largest(selectors, of: allowed) { Self.finite(row[$0]) }
      largest.append(Self.finite(row[top[0]]))
      let others = keep.subtracting(top).sorted()
      for j in top + others { spread = max(spread, largest[k] - Self.finite(row[j])) }
      return top + others
    }
    // Leaving a kept feature out costs more than anything else can.
    let bonus = keep.isEmpty ? 0 : (spread + 1) * Double(selectors)
    let candidates = columns.enumerated().map { k, columns in
      columns.map { j in
        AugmentingPathSolver.Candidate(
          column: j, cost: largest[k] - Self.finite(logits[k, j]) - (keep.contains(j) ? bonus : 0))
      }
    }
    guard let assigned = AugmentingPathSolver.solve(candidates, columnCount: featureCount) else {
      preconditionFailure("K candidates a row always allow an assignment")
    }
    let features = Self.obeying(constraints, assigned, logits)
    self.features = features
    let argmax = columns.map { $0[0] }
    self.argmax = argmax
    repaired = features.indices.filter { features[$0] != argmax[$0] }
    cost = features.enumerated().reduce(0) {
      $0 + largest[$1.offset] - Self.finite(logits[$1.offset, $1.element])
    }
  }

  /// The assignment where it obeys; else, the selectors that give up least first, each one's largest logit among the
  /// features that can be selected with those before: with conflicts or a budget the best assignment is hard to find.
  private static func obeying<Scalar: Real>(
    _ constraints: SubsetConstraints, _ assigned: [Int], _ logits: MatrixView<Scalar>
  ) -> [Int] {
    guard constraints.limitsTogether,
      constraints.first(assigned.count, of: assigned).count < assigned.count
    else { return assigned }
    let order = assigned.indices.sorted { a, b in
      let (x, y) = (finite(logits[a, assigned[a]]), finite(logits[b, assigned[b]]))
      let (isKept, isOtherKept) = (
        constraints.keep.contains(assigned[a]), constraints.keep.contains(assigned[b])
      )
      return isKept != isOtherKept ? isKept : x != y ? x > y : a < b
    }
    var (selection, features) = (ObedientSelection(assigned.count, of: constraints), assigned)
    for k in order where !constraints.keep.contains(assigned[k]) {
      let free = (0..<logits.columns).filter { selection.admits($0) }
      guard let best = free.max(by: { (finite(logits[k, $0]), $1) < (finite(logits[k, $1]), $0) }) else {
        // Cornered: a selection that obeys, whatever the selectors say.
        return constraints.any(assigned.count, of: logits.columns)
      }
      features[k] = best
      selection.take(best)
    }
    return features
  }

  /// A number to calculate with: logits that are not finite go last.
  private static func finite<Scalar: Real>(_ value: Scalar) -> Double {
    value.isFinite ? Double(value) : -1e30
  }

  /// The `count` features of the largest values in descending order; of equal ones, those with the lower index.
  private static func largest(_ count: Int, of features: [Int], _ value: (Int) -> Double) -> [Int] {
    var rest = features.map { (value: value($0), feature: $0) }
    func precedes(_ a: (value: Double, feature: Int), _ b: (value: Double, feature: Int)) -> Bool {
      a.value != b.value ? a.value > b.value : a.feature < b.feature
    }
    // Quickselect (Hoare 1961) on the median of three, then the front in order.
    var (low, high) = (0, rest.count - 1)
    while count < rest.count, low < high {
      let middle = (low + high) / 2
      let ends = [rest[low], rest[middle], rest[high]].sorted(by: precedes)
      let pivot = ends[1]
      var (left, right) = (low, high)
      while left <= right {
        while precedes(rest[left], pivot) { left += 1 }
        while precedes(pivot, rest[right]) { right -= 1 }
        guard left <= right else { break }
        rest.swapAt(left, right)
        left += 1
        right -= 1
      }
      if count <= right { high = right } else if count - 1 >= left { low = left } else { break }
    }
    return rest.prefix(count).sorted(by: precedes).map(\.feature)
  }
}
