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

  /// Validation rows by which a ridge is chosen, at the most: losses of ridges differ alike on all rows.
  private static let ridgeRows = 2_000

  func isOn(_ configuration: RunConfiguration) -> Bool { configuration.refinement.refit }

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let (session, communicator) = (context.session, context.communicator)
    let (dataset, model) = (session.dataset, session.state.model)
    guard result.outcome == .completed, !dataset.split.validation.isEmpty, !model.shape.hidden.isEmpty,
      OutputLayerRegression.exists(model.shape, hasGaps: dataset.hasGaps)
    else { return }
    let rows = dataset.split.validation
    let validation = Validation(model: model, dataset: dataset, rows: rows)
    let sample = Validation(model: model, dataset: dataset, rows: rows.sample(Self.ridgeRows))
    let regression = try OutputLayerRegression(
      model, dataset: dataset, rows: dataset.split.training, communicator: communicator)
    let trained = communicator.isRoot ? Array(model.parameters.elements) : []
    let before = try validation.rowLosses(communicator)
    func put(_ ridge: Double) throws {
      if communicator.isRoot { regression.apply(ridge: ridge, to: model) }
      try session.memory.distribute()
    }
    var losses: [Double] = []
    for ridge in Self.ridges {
      try put(ridge)
      losses.append(try sample.rowLosses(communicator).mean)
      // From the best ridge on the loss rises.
      if losses.count > 2, losses.suffix(3).isAscending { break }
    }
    let best = losses.indices.min { (losses[$0], $0) < (losses[$1], $1) } ?? 0
    try put(Self.ridges[best])
    let after = try validation.rowLosses(communicator)
    // The trained layer comes first, and stays where the regression cannot be told from it.
    let isBetter = Judgement([before, after]).chosen == 1
    if !isBetter {
      if communicator.isRoot {
        trained.withUnsafeBufferPointer {
          model.parameters.base.update(from: $0.baseAddress!, count: $0.count)
        }
      }
      try session.memory.distribute()
    }
    result.outputLayer = SolvedOutputLayer(
      ridge: isBetter ? Self.ridges[best] : nil, trained: before.mean,
      validation: (isBetter ? after : before).mean)
  }
}

extension [Double] {
  fileprivate var isAscending: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }
}
