import ConcreteAutoencoder
import Evaluation

/// Measures the final model's error on the validation rows.
struct ErrorStage: SelectionStage {
  let name = "measuring errors"
  let participation = StageParticipation.allRanks

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let session = context.session
    let rows = session.dataset.split.validation
    let validation = Validation(model: session.state.model, dataset: session.dataset, rows: rows)
    guard let sums = try validation.evaluate(context.communicator) else { return }
    let metrics = session.state.model.shape.task.objective.metrics(of: sums)
    result.errors.append(
      .init(
        part: "validation", rows: rows.count, metrics: metrics,
        standardError: try validation.rowLosses(context.communicator).standardError))
  }
}
