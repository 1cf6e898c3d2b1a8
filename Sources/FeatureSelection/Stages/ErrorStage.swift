import Evaluation

/// Measures the final model's error on the validation rows.
struct ErrorStage: SelectionStage {
  let name = "measuring errors"
  let participation = StageParticipation.allRanks

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let session = context.session
    let validation = Validation(
      model: session.state.model, table: session.table, rows: session.split.validation)
    guard let measured = try validation.evaluate(context.communicator) else { return }
    result.errors.append(
      .init(part: "validation", rows: session.split.validation.count, loss: measured.loss))
  }
}
