import ConcreteAutoencoder
import Evaluation
import LinearAlgebra
import RunSettings

/// Puts the best ridge regression in the place of the decoder's last layer, if the validation rows are rebuilt better by it.
struct OutputLayerStage: SelectionStage {
  let name = "solving the output layer"
  let participation = StageParticipation.allRanks

  /// Ridges that are tried, as shares of the inputs' mean variance.
  private static let ridges = [1e-6, 1e-4, 1e-3, 1e-2, 0.1, 1, 10]

  func isOn(_ configuration: RunConfiguration) -> Bool { configuration.refinement.refit }

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let (session, communicator) = (context.session, context.communicator)
    let (dataset, model) = (session.dataset, session.state.model)
    guard result.outcome == .completed, !dataset.split.validation.isEmpty, !model.shape.hidden.isEmpty,
      OutputLayerRegression.exists(model.shape, hasGaps: dataset.hasGaps)
    else { return }
    let validation = Validation(model: model, dataset: dataset, rows: dataset.split.validation)
    let regression = try OutputLayerRegression(
      model, dataset: dataset, rows: dataset.split.training, communicator: communicator)
    let trained = communicator.isRoot ? Array(model.parameters.elements) : []
    var losses = [try validation.rowLosses(communicator)]
    func put(_ ridge: Double) throws {
      if communicator.isRoot { regression.apply(ridge: ridge, to: model) }
      try session.memory.distribute()
    }
    for ridge in Self.ridges {
      try put(ridge)
      losses.append(try validation.rowLosses(communicator))
      // From the best ridge on the loss rises.
      if losses.count > 3, losses.suffix(3).map(\.mean).isAscending { break }
    }
    // The trained layer is the first, and stays where the best regression cannot be told from it.
    let best = losses.indices.min { (losses[$0].mean, $0) < (losses[$1].mean, $1) } ?? 0
    let chosen = Judgement([losses[0], losses[best]]).chosen == 0 ? 0 : best
    if chosen > 0 {
      try put(Self.ridges[chosen - 1])
    } else {
      if communicator.isRoot {
        trained.withUnsafeBufferPointer {
          model.parameters.base.update(from: $0.baseAddress!, count: $0.count)
        }
      }
      try session.memory.distribute()
    }
    result.outputLayer = SolvedOutputLayer(
      ridge: chosen > 0 ? Self.ridges[chosen - 1] : nil, trained: losses[0].mean,
      validation: losses[chosen].mean)
  }
}

extension [Double] {
  fileprivate var isAscending: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }
}
