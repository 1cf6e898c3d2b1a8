import ConcreteAutoencoder
import DistributedTraining
import LinearAlgebra
import RunSettings
import Tables
import TensorFiles

/// A run's state in one safetensors file, free of the number of ranks.
///
/// Tensors have the names of the report's PyTorch module, the moments with `adam.first.` and `adam.second.`
/// before them; where logits are parametrised indirectly, what they follow from is there
/// as well (`encoder.psi`, `encoder.weight`, `encoder.bias`). The metadata hold the step, every setting, the data's hash, each tensor's SHA-256 and their own.
package struct Checkpoint {
  static let format = "concrete-autoencoder checkpoint 2"
  /// Files of version 0.1.0: their models are read, but no run goes on from them.
  static let oldestFormat = "concrete-autoencoder checkpoint 1"

  /// The file.
  package let path: String
  /// Steps done.
  package let step: Int
  /// The run's settings.
  package let configuration: RunConfiguration
  /// The model's sizes.
  package let shape: ModelShape
  /// What it says about the data.
  package let facts: RunFacts
  /// The kernels it was computed with, as `NumericKernels` describes them.
  package let kernels: String
  private let file: SafetensorsFile

  /// Opens a checkpoint and checks all of it: header, settings, and every tensor's place, sizes and hash.
  ///
  /// Throws `CheckpointError`.
  package init(path: String) throws {
    self.path = path
    func fail(_ problem: String) -> CheckpointError { CheckpointError(path: path, problem: problem) }
    do {
      file = try SafetensorsFile(path: path)
    } catch let error as SafetensorsError {
      throw CheckpointError(path: path, problem: error.problem, isDamage: !error.isUnreadable)
    }
    let metadata = file.metadata
    guard metadata["format"] == Self.format else {
      throw fail(
        metadata["format"] == Self.oldestFormat
          ? "is a checkpoint of version 0.1.0, which no run of this version goes on from (its model can be read): start "
            + "again in another --run-dir"
          : "is not a checkpoint of this version (format '\(metadata["format"] ?? "none")')")
    }
    if let damage = file.damage() { throw CheckpointError(path: path, problem: damage, isDamage: true) }
    guard let step = metadata["step"].flatMap({ Int($0) }), step >= 0,
      let stepsPerEpoch = metadata["steps_per_epoch"].flatMap({ Int($0) }), stepsPerEpoch > 0,
      let settings = metadata["configuration"],
      let logits = file["encoder.logits"], logits.shape.count == 2, logits.shape.allSatisfy({ $0 > 0 })
    else { throw fail("its header lacks the step, the settings or the logits") }
    do {
      configuration = try ConfigurationFile(text: settings, path: path).wholeConfiguration()
      try configuration.validate()
    } catch {
      throw fail("its settings cannot be read: \(error)")
    }
    self.step = step
    kernels = metadata["kernels"] ?? "unknown"
    let outputs = metadata["outputs"] ?? "none"
    guard let outputCount = Int(outputs), outputCount > 0 else {
      throw fail("its number of outputs is '\(outputs)'")
    }
    let size = configuration.selector.shapedIndirectSize
    // Before sizes are worked out from it: a damaged number can be anything.
    if let size, size < 1 || file["encoder.psi"]?.shape != [logits.shape[0], size] {
      throw fail("its tensor 'encoder.psi' is missing or does not fit the settings")
    }
    shape = try ModelShape(
      metadata: metadata, path: path, featureCount: logits.shape[1], selectorCount: logits.shape[0],
      hidden: configuration.decoder.hidden, layerNorm: configuration.decoder.layerNorm,
      outputCount: outputCount, indirectSize: size)
    facts = RunFacts(
      data: try DataDescription(
        metadata: metadata, path: path, featureCount: shape.featureCount,
        classCount: shape.classCount), stepsPerEpoch: stepsPerEpoch,
      start: metadata["start"])
    let layout = ParameterLayout(shape: shape)
    for prefix in ModelState.prefixes {
      for slot in Self.tensors(prefix, layout) {
        guard let tensor = file[prefix + slot.name], tensor.type == "F32", tensor.shape == slot.shape else {
          throw fail("tensor '\(prefix + slot.name)' is missing or not F32 \(slot.shape)")
        }
      }
    }
  }

  /// The tensors of a buffer: derived logits are stored, so that the file is read as any model, but have no moments.
  private static func tensors(_ prefix: String, _ layout: ParameterLayout) -> [TensorSlot] {
    prefix.isEmpty ? layout.tensors : layout.trained
  }

  /// Reads the numbers into a new state.
  package func load() -> ModelState {
    let state = ModelState(shape: shape)
    for (prefix, buffer) in state.buffers {
      for slot in Self.tensors(prefix, state.model.layout) {
        guard let tensor = file[prefix + slot.name] else { preconditionFailure("checked when opened") }
        file.withBytes(of: tensor) { bytes in
          UnsafeMutableRawBufferPointer(start: buffer.base + slot.offset, count: bytes.count)
            .copyMemory(from: bytes)
        }
      }
    }
    state.step = step
    if let weight = file.metadata["interval_weight"].flatMap({ Double($0) }),
      let loss = file.metadata["interval_loss"].flatMap({ Double($0) })
    {
      state.interval = LossSums(loss: loss, weight: weight)
    }
    if let step = file.metadata["best_step"].flatMap({ Int($0) }),
      let loss = file.metadata["best_loss"].flatMap({ Double($0) })
    {
      state.best = BestLoss(step: step, loss: loss)
    }
    return state
  }

  /// Writes a state as a whole file or not at all.
  package static func write(
    _ state: ModelState, configuration: RunConfiguration, facts: RunFacts, to path: String
  ) throws {
    var metadata = [
      "format": format, "step": String(state.step), "steps_per_epoch": String(facts.stepsPerEpoch),
      "configuration": ConfigurationFile.text(of: configuration),
      "kernels": NumericKernels.description,
    ]
    metadata["start"] = facts.start
    metadata.merge(state.model.shape.metadata) { $1 }
    metadata.merge(try facts.data.metadata()) { $1 }
    if state.interval.weight > 0 {
      metadata["interval_weight"] = String(state.interval.weight)
      metadata["interval_loss"] = String(state.interval.loss)
    }
    if let best = state.best {
      metadata["best_step"] = String(best.step)
      metadata["best_loss"] = String(best.loss)
    }
    var stored: [TensorToStore] = []
    let layout = state.model.layout
    for (prefix, buffer) in state.buffers {
      for slot in tensors(prefix, layout) {
        stored.append(
          TensorToStore(name: prefix + slot.name, shape: slot.shape, elements: buffer.base + slot.offset))
      }
    }
    // The tensors' pointers do not keep the buffers alive.
    try withExtendedLifetime(state) {
      try SafetensorsFile.write(
        stored, metadata: SafetensorsFile.sealed(metadata, stored), to: path)
    }
  }
}
