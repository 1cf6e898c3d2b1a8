import Communication
import ConcreteAutoencoder
import Evaluation

/// Gives every selector a feature of its own and says what that changes.
struct AssignmentStage: SelectionStage {
  let name = "assigning features"
  let participation = StageParticipation.allRanks

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let model = context.session.state.model
    result.convergence = Convergence(model)
    result.assignment = try DistinctAssignment(logits: model.logits)
  }
}
