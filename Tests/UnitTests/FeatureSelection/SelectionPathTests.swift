import FeatureSelection
import Testing

@Suite struct SelectionPathTests {
  private func path(_ points: [(Int, Double)]) -> SelectionPath {
    SelectionPath(points.map { SelectionPath.Step(k: $0.0, error: $0.1, explained: 1 - $0.1) })
  }

  @Test("the elbow is where the error stops falling steeply")
  func elbow() {
    #expect(path([(1, 1), (2, 0.8), (3, 0.1), (4, 0.09), (10, 0)]).elbow == 3)
    #expect(path([(1, 1), (2, 0.5)]).elbow == nil)
    #expect(path([(1, 1), (2, 1), (3, 1)]).elbow == nil, "nothing falls")
  }

  @Test(
    "numbers of features spread evenly, and end where they are told to",
    arguments: [
      (0, []), (1, [1]), (12, [1, 2, 3, 5, 7, 10, 12]), (40, [1, 2, 3, 5, 7, 10, 15, 20, 30, 40]),
      (150, [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150]),
    ])
  func counts(most: Int, expected: [Int]) { #expect(SelectionPath.counts(upTo: most) == expected) }
}
