import Communication
import ConcreteAutoencoder
import DistributedTraining
import RunSettings

extension TrainingMemory {
  /// Memory with the state that a run begins with: `loaded`, or initial values from the seed; every rank must call.
  ///
  /// `loaded` and `given`, the features of a warm start, count on rank 0 alone.
  package static func start(
    loaded: ModelState?, given: [Int], input: TrainingInput, configuration: RunConfiguration,
    communicator: any Communicator
  ) throws -> TrainingMemory {
    let memory = try TrainingMemory(
      shape: input.shape, communicator: communicator, configuration: configuration)
    let state = memory.state
    // Steps, best step and best loss; -1 stands for none.
    var header = [
      Double(loaded?.step ?? -1), Double(loaded?.best?.step ?? -1), loaded?.best?.loss ?? 0,
    ]
    try header.withUnsafeMutableBytes { try communicator.broadcast($0, root: 0) }
    if header[0] >= 0 {
      if let loaded { state.copy(loaded) }
      state.step = Int(header[0])
      state.best = header[1] >= 0 ? BestLoss(step: Int(header[1]), loss: header[2]) : nil
    } else {
      if communicator.isRoot {
        state.model.initialize(
          seed: configuration.training.seed, logits: configuration.selector.initialLogits,
          warmStart: given.isEmpty ? input.constraints.keep : given, never: input.constraints.excluded)
      }
    }
    try memory.distribute()
    return memory
  }
}
