/// Minimum-cost assignment of rows to distinct columns over a sparse list of candidates a row, by shortest augmenting
/// paths with dual prices (Jonker, Volgenant 1987; Crouse 2016 for more columns than rows).
///
/// - Complexity: O(rows * candidates * log candidates) in the worst case, where every path meets every candidate.
struct AugmentingPathSolver {
  /// One entry that may be assigned.
  struct Candidate {
    let column: Int
    let cost: Double
  }

  /// A place of the queue of one search.
  private struct Step {
    let distance: Double
    let column: Int

    static func < (a: Step, b: Step) -> Bool { (a.distance, a.column) < (b.distance, b.column) }
  }

  private let candidates: [[Candidate]]
  private var rowPrice: [Double]
  private var columnPrice: [Double]
  private var rowOfColumn: [Int]
  private var columnOfRow: [Int]
  private var distance: [Double]
  private var previousRow: [Int]
  private var isFinal: [Bool]

  /// The column of each row in an assignment of the least total cost; nil if the candidates allow none.
  static func solve(_ candidates: [[Candidate]], columnCount: Int) -> [Int]? {
    var solver = AugmentingPathSolver(candidates: candidates, columnCount: columnCount)
    for row in candidates.indices where !solver.takeFreeBest(row) {
      guard solver.augment(from: row) else { return nil }
    }
    return solver.columnOfRow
  }

  private init(candidates: [[Candidate]], columnCount: Int) {
    self.candidates = candidates
    rowPrice = [Double](repeating: 0, count: candidates.count)
    columnPrice = [Double](repeating: 0, count: columnCount)
    rowOfColumn = [Int](repeating: -1, count: columnCount)
    columnOfRow = [Int](repeating: -1, count: candidates.count)
    distance = [Double](repeating: .infinity, count: columnCount)
    previousRow = [Int](repeating: -1, count: columnCount)
    isFinal = [Bool](repeating: false, count: columnCount)
  }

  /// Gives a row its cheapest column at the present prices where that is free: a path of one edge.
  private mutating func takeFreeBest(_ row: Int) -> Bool {
    var best = (cost: Double.infinity, column: -1)
    for candidate in candidates[row] {
      let cost = candidate.cost - columnPrice[candidate.column]
      if cost < best.cost { best = (cost, candidate.column) }
    }
    guard best.column >= 0, rowOfColumn[best.column] < 0 else { return false }
    rowPrice[row] = best.cost
    rowOfColumn[best.column] = row
    columnOfRow[row] = best.column
    return true
  }

  /// Finds the shortest path in reduced costs from an unassigned row to a free column and turns its edges over.
  private mutating func augment(from start: Int) -> Bool {
    var queue = BinaryHeap<Step>(by: <)
    var touched: [Int] = []
    var visitedRows: [(row: Int, distance: Double)] = []
    var (row, reached) = (start, 0.0)
    var end = -1
    search: while true {
      visitedRows.append((row, reached))
      for candidate in candidates[row] where !isFinal[candidate.column] {
        let column = candidate.column
        let length = reached + candidate.cost - rowPrice[row] - columnPrice[column]
        if length < distance[column] {
          if distance[column] == .infinity { touched.append(column) }
          distance[column] = length
          previousRow[column] = row
          queue.insert(Step(distance: length, column: column))
        }
      }
      while let step = queue.removeFirst() {
        // An entry that a shorter one has overtaken is passed over.
        guard !isFinal[step.column], step.distance == distance[step.column] else { continue }
        isFinal[step.column] = true
        reached = step.distance
        row = rowOfColumn[step.column]
        if row < 0 {
          end = step.column
          break search
        }
        continue search
      }
      break
    }
    defer {
      for column in touched {
        distance[column] = .infinity
        isFinal[column] = false
      }
    }
    guard end >= 0 else { return false }
    for visited in visitedRows { rowPrice[visited.row] += reached - visited.distance }
    for column in touched where isFinal[column] { columnPrice[column] -= reached - distance[column] }
    var column = end
    while true {
      let row = previousRow[column]
      rowOfColumn[column] = row
      let next = columnOfRow[row]
      columnOfRow[row] = column
      if row == start { return true }
      column = next
    }
  }
}
