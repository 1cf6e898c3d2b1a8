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
    guard let error = try validation.error("validation", rows: rows.count, context) else { return }
    result.errors.append(error)
  }
}

extension Validation {
  /// The errors of the session's model on these rows, a part of the data; nil where there are none. Every rank must call.
  func error(
    _ part: String, rows: Int, _ context: SelectionContext
  ) throws -> SelectionResult.PartError? {
    guard rows > 0 else { return nil }
    let (losses, sums) = try rowSums(context.communicator)
    let shape = context.session.state.model.shape
    return SelectionResult.PartError(
      part: part, rows: rows,
      metrics: shape.task.objective.metrics(of: sums) + [losses.frobeniusError(of: shape)].compactMap { $0 },
      standardError: losses.losses.count > 1 ? losses.standardError : nil)
  }
}
