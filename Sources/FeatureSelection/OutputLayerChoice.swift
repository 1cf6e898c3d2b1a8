import ConcreteAutoencoder
import DistributedTraining
import Evaluation
import LinearAlgebra

/// The trained last layer of the session's decoder or a ridge regression in its place, whichever rebuilds the validation rows
/// better; the session's model has it afterwards.
struct OutputLayerChoice {
  /// The ridge of the regression; nil where the trained layer stays.
  let ridge: Double?
  /// The loss of each validation row with the trained layer.
  let trained: RowLosses
  /// That with the chosen one.
  let losses: RowLosses

  /// Ridges that are tried, as shares of the inputs' mean variance.
  private static let ridges = [1e-6, 1e-4, 1e-3, 1e-2, 0.1, 1, 10]

  /// Fits to the training rows; every rank must call, and all get the same. nil where there is no such regression, or
  /// nothing to choose by.
  init?(_ context: SelectionContext) throws {
    let (session, communicator) = (context.session, context.communicator)
    let (dataset, model) = (session.dataset, session.state.model)
    guard !dataset.split.validation.isEmpty, !model.shape.hidden.isEmpty,
      OutputLayerRegression.exists(model.shape, hasGaps: dataset.hasGaps)
    else { return nil }
    let validation = Validation(model: model, dataset: dataset, rows: dataset.split.validation)
    let regression = try OutputLayerRegression(
      model, dataset: dataset, rows: dataset.split.training, communicator: communicator)
    let parameters = communicator.isRoot ? Array(model.parameters.elements) : []
    var all = [try validation.rowLosses(communicator)]
    func put(_ ridge: Double?) throws {
      if communicator.isRoot, let ridge {
        regression.apply(ridge: ridge, to: model)
      } else if communicator.isRoot {
        parameters.withUnsafeBufferPointer {
          model.parameters.base.update(from: $0.baseAddress!, count: $0.count)
        }
      }
      try session.memory.distribute()
    }
    for ridge in Self.ridges {
      try put(ridge)
      all.append(try validation.rowLosses(communicator))
    }
    // The trained layer is the first, and stays where the best regression cannot be told from it.
    let best = all.indices.min { (all[$0].mean, $0) < (all[$1].mean, $1) } ?? 0
    let chosen = Judgement([all[0], all[best]]).chosen == 0 ? 0 : best
    ridge = chosen > 0 ? Self.ridges[chosen - 1] : nil
    try put(ridge)
    (trained, losses) = (all[0], all[chosen])
  }
}
