import Communication
import ConcreteAutoencoder
import Evaluation

/// Gives every selector a feature of its own and says what that changes.
struct AssignmentStage: SelectionStage {
  let name = "assigning features"
  let participation = StageParticipation.allRanks

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let model = context.session.state.model
    let assignment = try DistinctAssignment(
      logits: model.logits, constraints: result.search?.constraints ?? context.session.constraints)
    let moments = result.search?.moments
    result.convergence = Convergence(model, choosing: assignment.features) { feature in
      moments.map { $0.copies(of: feature) }
    }
    result.assignment = assignment
  }
}
