import Foundation
import SelectionReport
import Tables
import Testing

@Suite("Selection: counts and convergence")
struct SelectionFiguresTests {
  @Test("places and names follow from the grid and the list of names")
  func placesAndNames() {
    let grid = FeatureGrid(rows: 3, columns: 4)
    let names = (0..<12).map { "f\($0)" }
    let selection = Selection(
      indices: [0, 7, 11], probabilities: [1, 0.95, 0.5], featureCount: 12, grid: grid, names: names)
    #expect(
      selection.features == [
        SelectedFeature(selector: 0, feature: 0, row: 0, column: 0, name: "f0", probability: 1),
        SelectedFeature(selector: 1, feature: 7, row: 1, column: 3, name: "f7", probability: 0.95),
        SelectedFeature(selector: 2, feature: 11, row: 2, column: 3, name: "f11", probability: 0.5),
      ])
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var indices: [Int]
    var probabilities: [Double]
    var distinct: Int
    var duplicates: [Int: [Int]] = [:]
    var unconverged: [Int] = []
    var meanMax: Double
    var note: String?
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "all well", indices: [3, 1], probabilities: [0.9, 1], distinct: 2, meanMax: 0.95),
    Case(name: "none", indices: [], probabilities: [], distinct: 0, meanMax: 0),
    Case(
      name: "one below", indices: [3, 1], probabilities: [0.5, 1], distinct: 2, unconverged: [0],
      meanMax: 0.75,
      note: "1 of 2 selectors is not converged (probability under 0.9): 0 (0.50)"),
    Case(
      name: "just below does not read as 0.90", indices: [3, 1], probabilities: [0.8999, 1.0001],
      distinct: 2, unconverged: [0], meanMax: 0.95,
      note: "1 of 2 selectors is not converged (probability under 0.9): 0 (0.89)"),
    Case(
      name: "one feature three times", indices: [5, 2, 5, 5], probabilities: [1, 1, 1, 1], distinct: 2,
      duplicates: [5: [0, 2, 3]], meanMax: 1,
      note: "1 feature is selected more than once, 2 of 4 are distinct: 5 (selectors 0, 2, 3)"),
    Case(
      name: "both", indices: [5, 5, 2, 2], probabilities: [1, 0, 1, 0], distinct: 2,
      duplicates: [2: [2, 3], 5: [0, 1]], unconverged: [1, 3], meanMax: 0.5,
      note: "2 of 4 selectors are not converged (probability under 0.9): 1 (0.00), 3 (0.00); "
        + "2 features are selected more than once, 2 of 4 are distinct: "
        + "2 (selectors 2, 3), 5 (selectors 0, 1)"),
    Case(
      name: "many are shortened", indices: Array(0..<10), probabilities: Array(repeating: 0.5, count: 10),
      distinct: 10, unconverged: Array(0..<10), meanMax: 0.5,
      note: "10 of 10 selectors are not converged (probability under 0.9): 0 (0.50), 1 (0.50), 2 (0.50), "
        + "3 (0.50), 4 (0.50), 5 (0.50), 6 (0.50), 7 (0.50) and 2 more"),
  ]

  @Test("figures of a selection", arguments: cases)
  func figures(_ item: Case) {
    let selection = Selection(
      indices: item.indices, probabilities: item.probabilities, featureCount: 20)
    #expect(selection.distinctCount == item.distinct)
    #expect(selection.duplicates == item.duplicates)
    #expect(selection.unconvergedSelectors == item.unconverged)
    #expect(abs(selection.meanMax - item.meanMax) < 1e-12)
    #expect(selection.convergenceNote == item.note)
  }

  @Test("a probability that is not a number is not converged")
  func notANumber() {
    let selection = Selection(indices: [1], probabilities: [.nan], featureCount: 2)
    #expect(selection.unconvergedSelectors == [0])
    #expect(
      selection.convergenceNote
        == "1 of 1 selectors is not converged (probability under 0.9): 0 (nan)")
  }
}
