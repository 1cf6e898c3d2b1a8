import RunStore

/// Writes the trained model.
struct ModelFileStage: SelectionStage {
  let name = "writing the model"
  let participation = StageParticipation.rankZero

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let session = context.session
    try ModelBundle(
      session.state.model, configuration: session.configuration, data: session.facts.data,
      selection: result.stored, step: session.plan.totalSteps
    ).write(to: session.directory.model)
    result.files.append(.init(name: "model", path: session.directory.model))
  }
}
