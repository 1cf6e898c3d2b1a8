import ConcreteAutoencoder
import Foundation
import LinearAlgebra
import RunSettings
import Tables
import TensorFiles

/// A trained model with all that is needed to use it without its run or its data: `model.safetensors`.
///
/// The tensors are the state dict of the report's PyTorch module. The metadata hold the rest as text: format, task,
/// outputs, schema (names, kinds, grid), preprocessing, classes, selection, the data's hash, and the settings.
package struct ModelBundle {
  /// The parameters.
  package let model: Autoencoder<Float>
  /// The data it was trained on, as far as a user of the model needs to know them.
  package let data: DataDescription
  /// The selected features.
  package let selection: StoredSelection
  /// Steps of training behind it; nil where that is not known.
  package let step: Int?
  /// The settings that the numbers depend on, by name; empty in files from elsewhere.
  package let settings: [String: String]

  static let format = "concrete-autoencoder model 2"
  /// Files of version 0.1.0, which do not describe their data.
  static let oldestFormat = "concrete-autoencoder model 1"

  /// Puts a run's model together with what its users need; `selection` is nil where it is that of the logits.
  package init(
    _ model: Autoencoder<Float>, configuration: RunConfiguration, data: DataDescription,
    selection: StoredSelection? = nil, step: Int? = nil
  ) {
    self.step = step
    self.model = model
    self.data = data
    self.selection = selection ?? StoredSelection(of: model, names: data.schema.names)
    // Paths and places differ between runs of the same model; its bytes must not.
    let identity = Setting.all.filter { $0.role == .identity }
    settings = Dictionary(uniqueKeysWithValues: identity.map { ($0.name, $0.text(in: configuration)) })
  }

  /// Writes the file, all of it or nothing.
  package func write(to path: String) throws {
    // Whatever the logits followed from in training: they are all that a user needs.
    let tensors = ParameterLayout(shape: model.shape.direct).tensors.map { slot in
      TensorToStore(name: slot.name, shape: slot.shape, elements: model.parameters.base + slot.offset)
    }
    let entries = [
      settings, model.shape.metadata, try data.metadata(),
      ["selection": try DataDescription.json(selection), "format": Self.format],
      step.map { ["step": "\($0)"] } ?? [:],
    ]
    let metadata = entries.reduce(into: [:]) { $0.merge($1) { $1 } }
    try SafetensorsFile.write(tensors, metadata: SafetensorsFile.sealed(metadata, tensors), to: path)
  }

  /// The settings that the numbers depend on, and the defaults of all others.
  ///
  /// Throws `ConfigurationError` for a value that this version does not have.
  package func configuration() throws -> RunConfiguration {
    var configuration = RunConfiguration()
    for (name, text) in settings { try Setting.named(name)?.set(text, in: &configuration) }
    return configuration
  }

  /// Reads `model.safetensors`, or the model of a checkpoint.
  ///
  /// Throws `SafetensorsError`, or `CheckpointError` where the file is damaged, no model, or of a later version.
  package init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    func fail(_ problem: String) -> CheckpointError { CheckpointError(path: path, problem: problem) }
    guard let logits = file["encoder.logits"], logits.shape.count == 2, logits.shape.allSatisfy({ $0 > 0 })
    else { throw fail("holds no selector logits [K, D] under 'encoder.logits': it is not a trained model") }
    let known = [Self.format, Self.oldestFormat, Checkpoint.format, Checkpoint.oldestFormat]
    if let format = file.metadata["format"], !known.contains(format) {
      throw fail("is of the format '\(format)', which this version does not read")
    }
    // Files from elsewhere have no hashes.
    if file.isSealed, let damage = file.damage() { throw fail(damage) }
    let modules = Set(file.tensors.compactMap { Self.decoderModule($0.name) }).sorted()
    let weights = modules.compactMap { file["decoder.\($0).weight"] }
    let linear = weights.filter { $0.shape.count == 2 }
    guard let last = linear.last, weights.allSatisfy({ $0.shape.allSatisfy { $0 > 0 } }) else {
      throw fail("holds no decoder weights")
    }
    let features = logits.shape[1]
    let shape = try ModelShape(
      metadata: file.metadata, path: path, featureCount: features, selectorCount: logits.shape[0],
      hidden: linear.dropLast().map { $0.shape[0] }, layerNorm: weights.count > linear.count,
      outputCount: last.shape[0])
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
    self.model = model
    step = file.metadata["step"].flatMap { Int($0) }
    data = try DataDescription(
      metadata: file.metadata, path: path, featureCount: features,
      classCount: shape.classCount)
    selection = try Self.selection(
      file.metadata["selection"], of: model, names: data.schema.names, path: path)
    var settings: [String: String] = [:]
    // The metadata's own format is not that of the data, which has the same name.
    for setting in Setting.all where setting.name != "format" {
      settings[setting.name] = file.metadata[setting.name]
    }
    if let text = file.metadata["configuration"] {
      let configuration = try ConfigurationFile(text: text, path: path).wholeConfiguration()
      for setting in Setting.all { settings[setting.name] = setting.text(in: configuration) }
    }
    self.settings = settings
  }

  /// The file of a run to read: `run` itself if it is a file, else the directory's final model or, if it has
  /// none yet, or the run has gone on since, its newest checkpoint.
  package static func find(_ run: String) throws -> String {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: run, isDirectory: &isDirectory) else {
      throw CheckpointError(
        path: run, problem: "does not exist; give a run directory, a model or a checkpoint")
    }
    guard isDirectory.boolValue else { return run }
    let directory = RunDirectory(path: run)
    if FileManager.default.fileExists(atPath: directory.model) {
      return newerCheckpoint(in: directory) ?? directory.model
    }
    guard let newest = try directory.checkpoints.newest() else {
      let isOfSeveral = FileManager.default.fileExists(atPath: "\(run)/stability.json")
      throw CheckpointError(
        path: run,
        problem: isOfSeveral
          ? "is a directory of `cae stability`: give one of its runs, \(run)/run-001 say, or give it to `cae report RUN --stability`"
          : "holds neither model.safetensors nor a checkpoint")
    }
    return newest.checkpoint.path
  }

  /// A checkpoint of later steps than the directory's model; nil where there is none, or the model does not tell.
  private static func newerCheckpoint(in directory: RunDirectory) -> String? {
    let metadata = (try? SafetensorsFile(path: directory.model))?.metadata
    guard let step = metadata?["step"].flatMap({ Int($0) }), directory.checkpoints.steps().last ?? 0 > step,
      let newest = try? directory.checkpoints.newest()?.checkpoint, newest.step > step
    else { return nil }
    return newest.path
  }

  /// The selection that a file keeps, or else the one of its logits.
  private static func selection(
    _ text: String?, of model: Autoencoder<Float>, names: [String]?, path: String
  ) throws -> StoredSelection {
    guard let text else { return StoredSelection(of: model, names: names) }
    guard let stored = try? JSONDecoder().decode(StoredSelection.self, from: Data(text.utf8)),
      stored.features.count == model.shape.selectorCount,
      stored.probabilities.count == stored.features.count,
      stored.features.allSatisfy({ (0..<model.shape.featureCount).contains($0) })
    else { throw CheckpointError(path: path, problem: "its metadata 'selection' do not fit its tensors") }
    return stored
  }

  private static func decoderModule(_ name: String) -> Int? {
    let parts = name.split(separator: ".")
    return parts.count == 3 && parts[0] == "decoder" ? Int(parts[1]) : nil
  }
}
