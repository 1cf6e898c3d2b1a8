import Communication
import Testing

import Evaluation

@Suite struct SubsetSearchTests {
  private func search(
    _ table: RandomTable, _ count: Int, _ constraints: SubsetConstraints = .none,
    limits: MomentLimits = MomentLimits()
  ) throws -> SubsetSearch {
    try SubsetSearch(
      RegressionMoments(table.rows, limits: limits, communicator: LocalCommunicator()), count: count,
      constraints: constraints)
  }

  /// Tables of the three kinds: features as their own targets, values, and more features than rows.
  private static let tables = (0..<2).flatMap { seed in
    let table = RandomTable.mixtures(rows: 40, features: 12, sources: 6, seed: UInt64(seed))
    return [
      table, table.predicting { [$0[0] * $0[1], $0[2] + $0[3] + $0[7] * $0[7]] },
      RandomTable.mixtures(rows: 9, features: 12, sources: 8, seed: UInt64(seed + 50)),
    ]
  }

  @Test("greedy takes what explains the most, by trying every feature", arguments: tables.indices)
  func greedyIsForwardSelection(index: Int) throws {
    let table = Self.tables[index]
    var expected: [Int] = []
    for _ in 0..<5 {
      let rest = (0..<12).filter { !expected.contains($0) }
      expected.append(rest.min { table.error(of: expected + [$0]) < table.error(of: expected + [$1]) } ?? -1)
    }
    let found = try search(table, 5).greedy()
    #expect(found.features == expected)
    #expect(abs(found.error - table.error(of: expected)) < 1e-9 * table.error(of: []))
  }

  @Test("swaps end where no single exchange is better", arguments: tables.indices)
  func swapsReachLocalOptimum(index: Int) throws {
    let table = Self.tables[index]
    let found = try search(table, 4).improved([0, 1, 2, 3])
    let error = table.error(of: found.features)
    #expect(abs(found.error - error) < 1e-9 * table.error(of: []))
    for k in 0..<4 {
      for j in 0..<12 where !found.features.contains(j) {
        var other = found.features
        other[k] = j
        #expect(table.error(of: other) > error - 1e-8 * table.error(of: []))
      }
    }
  }

  @Test("the iterated search finds the best of all subsets", arguments: tables.indices)
  func iteratedMatchesExhaustiveSearch(index: Int) throws {
    let table = Self.tables[index]
    let search = try search(table, 4)
    let found = search.iterated(from: search.greedy().features, budget: SearchBudget(iterations: 30), seed: 1)
    let best = table.best(4)
    #expect(abs(table.error(of: found.features) - best.error) < 1e-9 * table.error(of: []))
    #expect(Set(found.features).count == 4)
  }

  @Test("kept and excluded features are obeyed, and the rest is the best that they allow")
  func constraints() throws {
    for (index, table) in Self.tables.enumerated() {
      let search = try search(table, 4, SubsetConstraints(keep: [11, 5], excluded: [0, 7]))
      let greedy = search.greedy()
      #expect(greedy.features.prefix(2) == [11, 5])
      for start in [greedy.features, [5, 0, 0, 3], [1, 2, 3, 4]] {
        let found = search.iterated(from: start, budget: SearchBudget(iterations: 25), seed: 2)
        let best = table.best(4, required: [5, 11], excluded: [0, 7])
        #expect(Set(found.features).isSuperset(of: [5, 11]) && Set(found.features).isDisjoint(with: [0, 7]))
        #expect(abs(table.error(of: found.features) - best.error) < 1e-9 * table.error(of: []), "\(index)")
      }
      // A kept feature stays with the selector that has it.
      #expect(search.improved([1, 2, 5, 11]).features.suffix(2) == [5, 11])
    }
  }

  @Test("features that conflict are never selected together, and the rest is the best that this allows")
  func conflicts() throws {
    // Neighbours on a line of 12 conflict; at most 6 fit.
    let conflicts = (0..<12).map { j in [j - 1, j + 1].filter { (0..<12).contains($0) } }
    func obeys(_ features: [Int]) -> Bool {
      Set(features).count == features.count
        && features.allSatisfy { j in features.allSatisfy { !conflicts[j].contains($0) } }
    }
    for (index, table) in Self.tables.enumerated() {
      for keep in [[], [7]] {
        let search = try search(table, 4, SubsetConstraints(keep: keep, conflicts: conflicts))
        let greedy = search.greedy()
        let found = search.iterated(
          from: greedy.features, budget: SearchBudget(iterations: 60), seed: 2)
        let best = table.best(4, required: keep, where: obeys)
        #expect(obeys(greedy.features) && obeys(found.features), "\(index): \(found.features)")
        #expect(abs(table.error(of: found.features) - best.error) < 1e-9 * table.error(of: []), "\(index)")
        // A start that does not obey is mended.
        let mended = search.improved([1, 2, 3, 4]).features
        #expect(obeys(mended) && Set(keep).isSubset(of: mended), "\(mended)")
      }
      // So few fit that a greedy search ends in a corner.
      let full = try search(table, 6, SubsetConstraints(conflicts: conflicts))
      let found = full.iterated(from: full.greedy().features, budget: SearchBudget(iterations: 20), seed: 3)
      #expect(obeys(found.features) && found.features.count == 6, "\(found.features)")
      #expect(throws: SubsetError.tooFewTogether(found: 6, count: 7)) {
        try self.search(table, 7, SubsetConstraints(conflicts: conflicts))
      }
      #expect(throws: SubsetError.keptTogether(3, 4)) {
        try self.search(table, 4, SubsetConstraints(keep: [3, 4], conflicts: conflicts))
      }
    }
  }

  @Test("a budget is never exceeded, and the rest is the best that it allows")
  func budget() throws {
    let costs = (0..<12).map { Double(1 + $0 * 5 % 7) }
    for (index, table) in Self.tables.enumerated() {
      for (keep, limit) in [([], 9.0), ([], 14), ([2], 17)] {
        let budget = FeatureBudget(costs: costs, limit: limit)
        let search = try search(table, 4, SubsetConstraints(keep: keep, budget: budget))
        let greedy = search.greedy()
        let found = search.iterated(from: greedy.features, budget: SearchBudget(iterations: 200), seed: 2)
        let best = table.best(4, required: keep) { budget.cost(of: $0) <= limit }
        for features in [greedy.features, found.features, search.improved([9, 10, 11, 4]).features] {
          #expect(budget.cost(of: features) <= limit && Set(features).count == 4, "\(index): \(features)")
          #expect(Set(keep).isSubset(of: features))
        }
        #expect(
          abs(table.error(of: found.features) - best.error) < 1e-9 * table.error(of: []),
          "\(index), \(limit): \(found.features), \(best.features)")
      }
      #expect(throws: SubsetError.tooExpensive(least: 6, budget: 5, count: 4)) {
        try self.search(table, 4, SubsetConstraints(budget: FeatureBudget(costs: costs, limit: 5)))
      }
    }
  }

  @Test("a budget and conflicts together")
  func budgetAndConflicts() throws {
    let conflicts = (0..<12).map { j in [j - 1, j + 1].filter { (0..<12).contains($0) } }
    let budget = FeatureBudget(costs: (0..<12).map { Double(1 + $0 % 4) }, limit: 8)
    for table in Self.tables {
      let search = try search(table, 4, SubsetConstraints(conflicts: conflicts, budget: budget))
      let found = search.iterated(
        from: search.greedy().features, budget: SearchBudget(iterations: 50), seed: 2)
      #expect(budget.cost(of: found.features) <= 8 && Set(found.features).count == 4)
      #expect(found.features.allSatisfy { j in found.features.allSatisfy { !conflicts[j].contains($0) } })
    }
  }

  @Test("planted sources are found among their mixtures")
  func plantedSources() throws {
    let table = RandomTable.planted(rows: 400, sources: 8, spacing: 6, noise: 0.4, seed: 3)
    let search = try search(table, 8)
    let found = search.iterated(
      from: search.greedy().features, budget: SearchBudget(iterations: 40), seed: 3)
    #expect(found.features.sorted() == (0..<8).map { $0 * 6 })
  }

  @Test("copies and sums of other features are taken only to make up the number")
  func redundantFeatures() throws {
    let base = RandomTable.mixtures(rows: 30, features: 4, sources: 4, seed: 7)
    let table = RandomTable(features: base.features.map { $0 + $0 + [$0[0] + $0[1], 3] })
    let search = try search(table, 7, SubsetConstraints(keep: [2, 6]))
    for found in [search.greedy(), search.improved([0, 1, 2, 3, 4, 5, 6])] {
      #expect(Set(found.features).count == 7 && found.redundant == 3)
      #expect(found.explained > 1 - 1e-9)
      #expect(!found.features.contains(9), "a constant is the last to be taken")
      #expect(Set(found.features).isSuperset(of: [2, 6]))
    }
  }

  @Test("nothing to explain: distinct features all the same")
  func constantTable() throws {
    let table = RandomTable(features: [[1, 2, 3], [1, 2, 3], [1, 2, 3]])
    let found = try search(table, 2).improved([2, 2])
    #expect(Set(found.features).count == 2 && found.error == 0 && found.explained == 0)
  }

  @Test("rounding does not add up over thousands of changes")
  func longSearchStaysExact() throws {
    var table = RandomTable.mixtures(rows: 60, features: 30, sources: 10, noise: 0.05, seed: 11)
    // Near copies make the regression sensitive.
    table.features = table.features.map { row in row + row.enumerated().map { $1 + 1e-3 * row[29 - $0] } }
    let moments = try RegressionMoments(table.rows, communicator: LocalCommunicator())
    let search = try SubsetSearch(moments, count: 8)
    let found = search.iterated(
      from: search.greedy().features, budget: SearchBudget(iterations: 60), seed: 4)
    #expect(abs(found.error / table.error(of: found.features) - 1) < 1e-6)
    #expect(found.error <= search.improved(search.greedy().features).error)
  }

  @Test("a budget of work ends the search; the seed decides where it goes")
  func budgetOfWork() throws {
    let table = RandomTable.mixtures(rows: 50, features: 30, sources: 12, noise: 1, seed: 12)
    let search = try search(table, 10)
    let start = Array(0..<10)
    let before = search.operations
    let first = search.iterated(
      from: start, budget: SearchBudget(iterations: .max, operations: 50_000), seed: 1)
    #expect(search.operations - before < 200_000)
    let same = search.iterated(
      from: start, budget: SearchBudget(iterations: .max, operations: 50_000), seed: 1)
    #expect(first == same)
  }
}
