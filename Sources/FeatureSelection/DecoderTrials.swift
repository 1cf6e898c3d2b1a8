import Communication
import ConcreteAutoencoder
import DistributedTraining
import Evaluation
import RunSettings
import Tables

/// Trains a decoder from its beginning on each of several selections, by the whole of training's schedule: what the
/// selections are worth to that decoder, whoever found them.
package final class DecoderTrials {
  private let configuration: RunConfiguration
  private let dataset: Dataset
  private let memory: TrainingMemory
  private let communicator: any Communicator
  private let watchdog: Watchdog

  /// Makes room for a decoder; every rank must call. K is the configuration's.
  package init(
    _ input: TrainingInput, _ configuration: RunConfiguration, communicator: any Communicator
  ) throws {
    var configuration = configuration
    configuration.selector.gjsWeight = 0
    configuration.output.snapshotEpochs = []
    self.configuration = configuration
    self.communicator = communicator
    dataset = input.dataset.dividing(RowSplit(training: input.dataset.split.training))
    memory = try TrainingMemory(
      shape: input.shape.direct, communicator: communicator, configuration: configuration)
    watchdog = try Watchdog(limit: configuration.output.stallTimeout, communicator: communicator)
  }

  deinit { watchdog.stop() }

  /// The loss of each held-out row with a decoder trained on `features`; every rank must call, and all get it.
  package func losses(of features: [Int], on held: HeldOutRows) throws -> RowLosses {
    let state = memory.state
    if communicator.isRoot {
      for (_, buffer) in state.buffers { buffer.base.update(repeating: 0, count: buffer.count) }
      state.model.initialize(
        seed: configuration.training.seed, logits: configuration.selector.initialLogits, warmStart: features)
    }
    state.step = 0
    try memory.distribute()
    _ = try Trainer(
      configuration: configuration, communicator: communicator, dataset: dataset, memory: memory,
      recorder: nil, observer: nil, watchdog: watchdog, log: .silent, trainsSelectors: false
    ).run()
    return try Validation(model: state.model, dataset: held.dataset, rows: held.rows).rowLosses(communicator)
  }
}
