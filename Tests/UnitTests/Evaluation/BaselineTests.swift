import Communication
import CounterRandom
import LinearAlgebra
import Testing

import Evaluation

@Suite struct BaselineTests {
  private func input(
    _ table: RandomTable, _ count: Int, _ constraints: SubsetConstraints = .none, seed: UInt64 = 1
  ) throws -> BaselineInput {
    BaselineInput(
      moments: try RegressionMoments(table.rows, communicator: LocalCommunicator()), count: count,
      constraints: constraints, seed: seed, budget: SearchBudget(iterations: 10))
  }

  @Test(
    "every baseline gives distinct features that obey, and the same ones again",
    arguments: Baselines.all.map(\.name))
  func distinct(name: String) throws {
    let baseline = try #require(Baselines.named(name))
    let table = RandomTable.mixtures(rows: 40, features: 20, sources: 6, seed: 2)
    // Copies and constants, of which k-means makes empty clusters.
    let poor = RandomTable(
      features: table.features.map { row in [1, 2, 3] + row.prefix(3) + row.prefix(3) + row.prefix(1) })
    for (table, constraints) in [
      (table, SubsetConstraints.none), (table, SubsetConstraints(keep: [19, 3], excluded: [0, 5])),
      (poor, SubsetConstraints(keep: [0], excluded: [4])),
    ] {
      let input = try input(table, 7, constraints)
      let found = try baseline.select(input)
      #expect(!found.isEmpty)
      #expect(try found == baseline.select(input))
      for features in found {
        #expect(features.count == 7 && Set(features).count == 7)
        #expect(
          Set(features).isSuperset(of: constraints.keep)
            && Set(features).isDisjoint(with: constraints.excluded))
      }
    }
  }

  @Test("the largest variances, most first; equal ones by number")
  func variance() throws {
    let table = RandomTable(features: (0..<6).map { i in [1, 5, 3, 5, 0, 2].map { $0 * Double(i % 2) } })
    #expect(try VarianceBaseline().select(input(table, 4)) == [[1, 3, 2, 5]])
  }

  @Test("random selections differ from each other and with the seed")
  func random() throws {
    let table = RandomTable.mixtures(rows: 5, features: 40, sources: 2, seed: 3)
    let found = try RandomBaseline().select(input(table, 5))
    #expect(found.count == 10 && Set(found).count == 10)
    #expect(try found != RandomBaseline().select(input(table, 5, seed: 2)))
  }

  @Test("principal feature analysis takes one of each block of copies")
  func blocks() throws {
    let base = RandomTable.mixtures(rows: 80, features: 5, sources: 5, seed: 4)
    var generator = CounterGenerator(RandomStream(seed: 9, purpose: .syntheticData))
    let table = RandomTable(
      features: base.features.map { row in
        row.flatMap { value in (0..<6).map { _ in value + 0.01 * generator.normal() } }
      })
    let found = try PrincipalFeatureBaseline().select(input(table, 5))[0]
    #expect(Set(found.map { $0 / 6 }) == [0, 1, 2, 3, 4])
  }

  @Test(
    "principal components leave what eigenvalues say, less than any features; iteration agrees with decomposition"
  )
  func components() throws {
    let table = RandomTable.mixtures(rows: 60, features: 30, sources: 8, seed: 5)
    let whole = try input(table, 8).moments
    let exact = PrincipalComponents(whole, count: 4, seed: 1)
    let left = whole.targetVariation - exact.variations.reduce(0, +)
    expectClose(try exact.error(on: table.rows), left / whole.weight, tolerance: 1e-9, "error")
    let search = try SubsetSearch(whole, count: 4)
    #expect(try exact.error(on: table.rows) < search.improved(search.greedy().features).error)
    var limits = MomentLimits()
    limits.alwaysWhole = 10
    limits.wholeFeatures = 10
    let thin = try RegressionMoments(table.rows, limits: limits, communicator: LocalCommunicator())
    let iterated = PrincipalComponents(thin, count: 4, seed: 1)
    expectClose(iterated.variations, exact.variations, tolerance: 1e-6, "variations")
    for k in 0..<4 {
      let length = Double.dot(a: exact.directions.row(k), b: exact.directions.row(k), count: 30)
      expectClose(length, 1, tolerance: 1e-12, "length")
    }
    // A row space of 3 dimensions has no fourth component.
    let flat = RandomTable(features: Array(table.features.prefix(4)))
    #expect(PrincipalComponents(try input(flat, 8).moments, count: 8, seed: 1).variations.count == 3)
  }
}
