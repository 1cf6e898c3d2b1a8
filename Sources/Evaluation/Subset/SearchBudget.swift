/// How much an iterated search may do, counted in work and not in time: its result does not depend on the machine.
package struct SearchBudget: Sendable, Equatable {
  /// Perturbations at the most.
  package var iterations: Int
  /// Elements of the regression's matrices updated at the most; a processor core does about 10^9 a second.
  package var operations: Int

  /// Limits of both kinds; whichever is reached first ends the search.
  package init(iterations: Int, operations: Int = .max) {
    self.iterations = iterations
    self.operations = operations
  }
}
