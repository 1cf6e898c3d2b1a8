import Communication
import Testing

import Evaluation

@Suite struct SelectionReasonsTests {
  @Test("importance, stand-ins and what is explained, by trying", arguments: [false, true])
  func matchesTrying(hasTargets: Bool) throws {
    var table = RandomTable.mixtures(rows: 50, features: 12, sources: 6, seed: 1)
    if hasTargets { table = table.predicting { [$0[0] * $0[1], $0[2], $0[5] + $0[6]] } }
    let selection = [8, 3, 5, 10]
    let moments = try RegressionMoments(table.rows, communicator: LocalCommunicator())
    let reasons = SelectionReasons(selection, moments: moments, constraints: SubsetConstraints(excluded: [0]))
    let error = table.error(of: selection)
    expectClose(reasons.error, error, tolerance: 1e-9, "error of all")
    for (k, reason) in reasons.features.enumerated() {
      var rest = selection
      rest.remove(at: k)
      #expect(reason.feature == selection[k])
      expectClose(reason.importance, table.error(of: rest) - error, tolerance: 1e-7, "importance")
      #expect(reason.rank == 1 + reasons.features.count { $0.importance > reason.importance })
      let others = (1..<12).filter { !selection.contains($0) }.map {
        ($0, table.error(of: rest + [$0]) - error)
      }
      .sorted { $0.1 < $1.1 }
      #expect(reason.standIns.map(\.feature) == others.prefix(2).map(\.0))
      for (standIn, other) in zip(reason.standIns, others) {
        #expect(abs(standIn.cost - other.1) < 1e-9)
        // With one regressor the share explained is the squared correlation.
        let pair = RandomTable(features: table.features.map { [$0[selection[k]], $0[standIn.feature]] })
          .predicting { [$0[1]] }
        expectClose(
          standIn.correlation * standIn.correlation, 1 - pair.error(of: [0]) / pair.error(of: []),
          tolerance: 1e-7,
          "correlation")
      }
      let targets = table.targets ?? table.features
      let shares = targets[0].indices.filter { hasTargets || !selection.contains($0) }.map { t in
        let alone = RandomTable(features: table.features, targets: targets.map { [$0[t]] })
        return (t, (alone.error(of: rest) - alone.error(of: selection)) / alone.error(of: []))
      }.sorted { $0.1 > $1.1 }.prefix(3)
      #expect(reason.explains.map(\.target) == shares.map(\.0))
      for (found, share) in zip(reason.explains, shares) { #expect(abs(found.share - share.1) < 1e-9) }
    }
  }

  @Test("a copy is interchangeable, a feature without a like is not, one that adds nothing has no importance")
  func copies() throws {
    let base = RandomTable.mixtures(rows: 40, features: 3, sources: 3, seed: 2)
    let table = RandomTable(
      features: base.features.map { [$0[0], $0[0] + 1, $0[1], $0[2], 2 * $0[0] + $0[1]] })
    let moments = try RegressionMoments(table.rows, communicator: LocalCommunicator())
    let reasons = SelectionReasons([0, 2, 4], moments: moments).features
    #expect(reasons[2].importance == 0 && reasons[2].standIns.isEmpty && reasons[2].rank == 3)
    let plain = RandomTable(features: table.features.map { Array($0.prefix(4)) })
    let pair = SelectionReasons(
      [0, 3], moments: try RegressionMoments(plain.rows, communicator: LocalCommunicator())
    ).features
    #expect(pair[0].isInterchangeable && pair[0].standIns[0].feature == 1)
    #expect(abs(pair[0].standIns[0].correlation - 1) < 1e-12 && !pair[1].isInterchangeable)
  }

  @Test("copies of a feature are those that say the same, whatever their size and sign")
  func copiesOfAFeature() throws {
    let table = RandomTable(
      features: (0..<60).map { i in
        let (a, b) = (Double((i * 37) % 23), Double((i * 11) % 17))
        return [a, -3 * a + 0.01 * b, b, 7, a + 20 * b]
      })
    let moments = try RegressionMoments(
      table.rows, communicator: LocalCommunicator())
    #expect(moments.copies(of: 0) == [0, 1])
    #expect(moments.copies(of: 2).contains(4) && !moments.copies(of: 2).contains(0))
    #expect(moments.copies(of: 3) == [3])
  }
}
