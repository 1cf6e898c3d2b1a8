import ConcreteAutoencoder
import Evaluation
import Testing

@Suite struct FrobeniusErrorTests {
  private static let shape = ModelShape(featureCount: 4, selectorCount: 2, hidden: [])

  @Test("the mean over rows of |x - x_hat|_2 / D, by their weights")
  func figures() throws {
    // Differences (3, 0, 4, 0) and (0, 2, 0, 0): norms 5 and 2, mean squares 25/4 and 1.
    let error = try #require(RowLosses([25.0 / 4, 1]).frobeniusError(of: Self.shape))
    #expect(error.name == "frobenius_error")
    #expect(abs(error.value - (5 + 2) / 2.0 / 4) < 1e-15)
    let weighted = RowLosses([25.0 / 4, 1], weights: [3, 1]).frobeniusError(of: Self.shape)
    #expect(abs(try #require(weighted).value - (3 * 5 + 2) / 4.0 / 4) < 1e-15)
  }

  @Test("of features alone")
  func otherTasks() {
    for (task, outputs) in [(LearningTask.classify, 3), (.regress, 1)] {
      let shape = ModelShape(
        featureCount: 4, selectorCount: 2, hidden: [], task: task, targetCount: outputs)
      #expect(RowLosses([1, 2]).frobeniusError(of: shape) == nil)
    }
  }
}
