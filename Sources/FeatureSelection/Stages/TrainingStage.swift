/// Trains the concrete autoencoder from where the session's state stands.
struct TrainingStage: SelectionStage {
  let name = "training"
  let participation = StageParticipation.allRanks
  let isEssential = true

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let trainer = try context.session.makeTrainer(observer: context.observer)
    result.outcome = try trainer.run()
  }
}
