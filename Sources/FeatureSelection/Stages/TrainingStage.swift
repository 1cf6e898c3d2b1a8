import Communication
import ConcreteAutoencoder
import DistributedTraining
import Evaluation

/// Trains the concrete autoencoder from where the session's state stands; where that is asked for, until its selectors
/// have converged.
struct TrainingStage: SelectionStage {
  let name = "training"
  let participation = StageParticipation.allRanks
  let isEssential = true

  /// Rounds after the planned epochs, at the most.
  private static let mostRounds = 10

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let session = context.session
    result.outcome = try session.makeTrainer(observer: context.observer).run()
    while session.configuration.training.untilConverged, result.outcome == .completed,
      Self.rounds(session) < Self.mostRounds, try !isConverged(context, result)
    {
      try session.planRound()
      context.observer?.didPlan(session.plan)
      result.outcome = try session.makeTrainer(observer: context.observer).run()
    }
  }

  private static func rounds(_ session: TrainingSession) -> Int {
    let training = session.configuration.training
    return (training.epochs - training.plannedEpochs) / session.plan.roundEpochs
  }

  /// Whether the selectors have converged; rank 0's word on every rank.
  private func isConverged(_ context: SelectionContext, _ result: SelectionResult) throws -> Bool {
    var unconverged = Int32(try context.settled(result).convergence.unconverged)
    try withUnsafeMutableBytes(of: &unconverged) { try context.communicator.broadcast($0, root: 0) }
    return unconverged == 0
  }
}

extension SelectionContext {
  /// A feature for each selector as it stands, and how far the selectors have settled on them.
  func settled(_ result: SelectionResult) throws -> (assignment: DistinctAssignment, convergence: Convergence)
  {
    let assignment = try DistinctAssignment(
      logits: session.state.model.logits, constraints: result.search?.constraints ?? session.constraints)
    let moments = result.search?.moments
    return (
      assignment,
      Convergence(session.state.model, choosing: assignment.features) { feature in
        moments.map { $0.copies(of: feature) }
      }
    )
  }
}
