import ConcreteAutoencoder
import DistributedTraining
import LinearAlgebra
import RunSettings
import TensorFiles

/// A run's state in one safetensors file, free of the number of ranks.
///
/// Tensors have the names of the report's PyTorch module, the moments with `adam.first.` and `adam.second.`
/// before them. The metadata hold the step, every setting, the data's hash, each tensor's SHA-256 and their own.
public struct Checkpoint {
  static let format = "concrete-autoencoder checkpoint 1"

  /// The file.
  public let path: String
  /// Steps done.
  public let step: Int
  /// The run's settings.
  public let configuration: RunConfiguration
  /// The model's sizes.
  public let shape: ModelShape
  /// What it says about the data.
  public let facts: RunFacts
  /// The kernels it was computed with, as `NumericKernels` describes them.
  public let kernels: String
  private let file: SafetensorsFile

  /// Opens a checkpoint and checks all of it: header, settings, and every tensor's place, sizes and hash.
  ///
  /// Throws `CheckpointError`.
  public init(path: String) throws {
    self.path = path
    func fail(_ problem: String) -> CheckpointError { CheckpointError(path: path, problem: problem) }
    do {
      file = try SafetensorsFile(path: path)
    } catch let error as SafetensorsError {
      throw CheckpointError(path: path, problem: error.problem, isDamage: !error.isUnreadable)
    }
    let metadata = file.metadata
    guard metadata["format"] == Self.format else {
      throw fail("is not a checkpoint of this version (format '\(metadata["format"] ?? "none")')")
    }
    if let damage = file.damage() { throw CheckpointError(path: path, problem: damage, isDamage: true) }
    guard let step = metadata["step"].flatMap({ Int($0) }), step >= 0,
      let stepsPerEpoch = metadata["steps_per_epoch"].flatMap({ Int($0) }), stepsPerEpoch > 0,
      let dataHash = metadata["data_sha256"], let settings = metadata["configuration"],
      let logits = file["encoder.logits"], logits.shape.count == 2, logits.shape.allSatisfy({ $0 > 0 })
    else { throw fail("its header lacks the step, the settings or the logits") }
    do {
      configuration = try ConfigurationFile(text: settings, path: path).wholeConfiguration()
      try configuration.validate()
    } catch {
      throw fail("its settings cannot be read: \(error)")
    }
    self.step = step
    facts = RunFacts(
      dataHash: dataHash, stepsPerEpoch: stepsPerEpoch,
      grid: RunFacts.grid(from: metadata["grid"], count: logits.shape[1]))
    kernels = metadata["kernels"] ?? "unknown"
    var objective = Objective.reconstruction
    if let classes = metadata["classes"] {
      guard let count = Int(classes), count > 0 else { throw fail("its number of classes is '\(classes)'") }
      objective = .classification(classes: count)
    }
    shape = ModelShape(
      featureCount: logits.shape[1], selectorCount: logits.shape[0], hidden: configuration.decoder.hidden,
      layerNorm: configuration.decoder.layerNorm, objective: objective)
    let layout = ParameterLayout(shape: shape)
    for prefix in TrainingState.prefixes {
      for slot in layout.tensors {
        guard let tensor = file[prefix + slot.name], tensor.type == "F32", tensor.shape == slot.shape else {
          throw fail("tensor '\(prefix + slot.name)' is missing or not F32 \(slot.shape)")
        }
      }
    }
  }

  /// Reads the numbers into a new state.
  public func load() -> TrainingState {
    let state = TrainingState(shape: shape)
    for (prefix, buffer) in state.buffers {
      for slot in state.model.layout.tensors {
        guard let tensor = file[prefix + slot.name] else { preconditionFailure("checked when opened") }
        file.withBytes(of: tensor) { bytes in
          UnsafeMutableRawBufferPointer(start: buffer.base + slot.offset, count: bytes.count)
            .copyMemory(from: bytes)
        }
      }
    }
    state.step = step
    if let rows = file.metadata["interval_rows"].flatMap({ Int($0) }),
      let loss = file.metadata["interval_loss"].flatMap({ Double($0) })
    {
      state.interval.rows = rows
      state.interval.loss = loss
    }
    if let step = file.metadata["best_step"].flatMap({ Int($0) }),
      let loss = file.metadata["best_loss"].flatMap({ Double($0) })
    {
      state.best = BestLoss(step: step, loss: loss)
    }
    return state
  }

  /// Writes a state as a whole file or not at all.
  public static func write(
    _ state: TrainingState, configuration: RunConfiguration, facts: RunFacts, to path: String
  ) throws {
    try write(state.contents, configuration: configuration, facts: facts, to: path)
  }

  static func write(
    _ contents: CheckpointContents, configuration: RunConfiguration, facts: RunFacts, to path: String
  ) throws {
    var metadata = [
      "format": format, "step": String(contents.step), "steps_per_epoch": String(facts.stepsPerEpoch),
      "configuration": try ConfigurationFile.text(of: configuration), "data_sha256": facts.dataHash,
      "kernels": NumericKernels.description,
    ]
    if case .classification(let classes) = contents.shape.objective { metadata["classes"] = "\(classes)" }
    if let grid = facts.grid { metadata["grid"] = RunFacts.text(of: grid) }
    if contents.interval.rows > 0 {
      metadata["interval_rows"] = String(contents.interval.rows)
      metadata["interval_loss"] = String(contents.interval.loss)
    }
    if let best = contents.best {
      metadata["best_step"] = String(best.step)
      metadata["best_loss"] = String(best.loss)
    }
    var tensors: [TensorToStore] = []
    let layout = ParameterLayout(shape: contents.shape)
    for (prefix, buffer) in contents.buffers {
      for slot in layout.tensors {
        tensors.append(
          TensorToStore(name: prefix + slot.name, shape: slot.shape, elements: buffer.base + slot.offset))
      }
    }
    // The tensors' pointers do not keep the buffers alive.
    try withExtendedLifetime(contents) {
      try SafetensorsFile.write(
        tensors, metadata: SafetensorsFile.sealed(metadata, tensors), to: path)
    }
  }
}
