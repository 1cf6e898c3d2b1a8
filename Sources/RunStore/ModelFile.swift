import ConcreteAutoencoder
import Foundation
import LinearAlgebra
import RunSettings
import Tables
import TensorFiles

/// A trained model alone, `model.safetensors`: the state dict of the report's PyTorch module.
public enum ModelFile {
  /// Writes a model's parameters and the settings it was trained with.
  public static func write(
    _ model: Autoencoder<Float>, configuration: RunConfiguration, facts: RunFacts, to path: String
  ) throws {
    let tensors = model.layout.tensors.map { slot in
      TensorToStore(name: slot.name, shape: slot.shape, elements: model.parameters.base + slot.offset)
    }
    // Paths and places differ between runs of the same model; its bytes must not.
    var settings: [String: String] = [:]
    for setting in Setting.all where setting.role == .identity {
      settings[setting.name] = setting.text(in: configuration)
    }
    settings["data_sha256"] = facts.dataHash
    if let grid = facts.grid { settings["grid"] = RunFacts.text(of: grid) }
    settings["format"] = "concrete-autoencoder model 1"
    try SafetensorsFile.write(tensors, metadata: SafetensorsFile.sealed(settings, tensors), to: path)
  }

  /// Reads a model, and how its features lie on an image, from `model.safetensors` or from a checkpoint.
  public static func read(path: String) throws -> (model: Autoencoder<Float>, grid: FeatureGrid?) {
    let file = try SafetensorsFile(path: path)
    func fail(_ problem: String) -> CheckpointError { CheckpointError(path: path, problem: problem) }
    guard let logits = file["encoder.logits"], logits.shape.count == 2, logits.shape.allSatisfy({ $0 > 0 })
    else { throw fail("holds no selector logits [K, D] under 'encoder.logits': it is not a trained model") }
    // Files from elsewhere have no hashes.
    if file.isSealed, let damage = file.damage() { throw fail(damage) }
    let modules = Set(file.tensors.compactMap { decoderModule($0.name) }).sorted()
    let weights = modules.compactMap { file["decoder.\($0).weight"] }
    let linear = weights.filter { $0.shape.count == 2 }
    guard let last = linear.last, weights.allSatisfy({ $0.shape.allSatisfy { $0 > 0 } }) else {
      throw fail("holds no decoder weights")
    }
    let features = logits.shape[1]
    let shape = ModelShape(
      featureCount: features, selectorCount: logits.shape[0],
      hidden: linear.dropLast().map { $0.shape[0] }, layerNorm: weights.count > linear.count,
      objective: last.shape[0] == features ? .reconstruction : .classification(classes: last.shape[0]))
    // Before memory is taken for it: damaged sizes can ask for any amount.
    for slot in ParameterLayout(shape: shape).tensors {
      guard let tensor = file[slot.name], tensor.shape == slot.shape, tensor.type == "F32" else {
        throw fail("tensor '\(slot.name)' is missing or not F32 \(slot.shape)")
      }
    }
    let model = Autoencoder<Float>(shape: shape)
    for slot in model.layout.tensors {
      guard let tensor = file[slot.name] else { continue }
      file.withBytes(of: tensor) { bytes in
        UnsafeMutableRawBufferPointer(start: model.parameters.base + slot.offset, count: bytes.count)
          .copyMemory(from: bytes)
      }
    }
    return (model, RunFacts.grid(from: file.metadata["grid"], count: features))
  }

  /// The file of a run to read: `run` itself if it is a file, else the directory's final model or, if it has
  /// none yet, its newest checkpoint.
  public static func find(_ run: String) throws -> String {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: run, isDirectory: &isDirectory) else {
      throw CheckpointError(
        path: run, problem: "does not exist; give a run directory, a model or a checkpoint")
    }
    guard isDirectory.boolValue else { return run }
    let directory = RunDirectory(path: run)
    if FileManager.default.fileExists(atPath: directory.model) { return directory.model }
    guard let newest = try directory.checkpoints.newest() else {
      throw CheckpointError(path: run, problem: "holds neither model.safetensors nor a checkpoint")
    }
    return newest.checkpoint.path
  }

  private static func decoderModule(_ name: String) -> Int? {
    let parts = name.split(separator: ".")
    return parts.count == 3 && parts[0] == "decoder" ? Int(parts[1]) : nil
  }
}
