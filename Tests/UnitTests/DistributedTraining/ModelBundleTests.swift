import ConcreteAutoencoder
import DistributedTraining
import Foundation
import LinearAlgebra
import RunSettings
import RunStore
import Tables
import TensorFiles
import Testing

@Suite struct ModelBundleTests {
  /// Names and sizes of the report's PyTorch module, K = 3 and D = 12.
  struct Expected: Sendable, CustomTestStringConvertible {
    let run: SmallRun
    let tensors: [String: [Int]]
    var testDescription: String { run.name }
  }

  static let expected = [
    Expected(
      run: SmallRun("no hidden layer") { $0.decoder.hidden = [] },
      tensors: ["encoder.logits": [3, 12], "decoder.0.weight": [12, 3], "decoder.0.bias": [12]]),
    Expected(
      run: SmallRun("one hidden layer"),
      tensors: [
        "encoder.logits": [3, 12], "decoder.0.weight": [5, 3], "decoder.0.bias": [5],
        "decoder.3.weight": [12, 5], "decoder.3.bias": [12],
      ]),
    Expected(
      run: SmallRun("indirect logits, which alone are kept") {
        ($0.selector.parametrization, $0.selector.indirectSize) = (.indirect, 6)
      },
      tensors: [
        "encoder.logits": [3, 12], "decoder.0.weight": [5, 3], "decoder.0.bias": [5],
        "decoder.3.weight": [12, 5], "decoder.3.bias": [12],
      ]),
    Expected(
      run: SmallRun("two hidden layers") { $0.decoder.hidden = [5, 4] },
      tensors: [
        "encoder.logits": [3, 12], "decoder.0.weight": [5, 3], "decoder.0.bias": [5],
        "decoder.3.weight": [4, 5], "decoder.3.bias": [4], "decoder.6.weight": [12, 4],
        "decoder.6.bias": [12],
      ]),
    Expected(
      run: SmallRun("layer norm") {
        $0.decoder.hidden = [5, 4]
        $0.decoder.layerNorm = true
      },
      tensors: [
        "encoder.logits": [3, 12], "decoder.0.weight": [5, 3], "decoder.0.bias": [5],
        "decoder.1.weight": [5], "decoder.1.bias": [5], "decoder.4.weight": [4, 5], "decoder.4.bias": [4],
        "decoder.5.weight": [4], "decoder.5.bias": [4], "decoder.8.weight": [12, 4], "decoder.8.bias": [12],
      ]),
    Expected(
      run: SmallRun("as many classes as features", classes: 12) { $0.task = .classify },
      tensors: [
        "encoder.logits": [3, 12], "decoder.0.weight": [5, 3], "decoder.0.bias": [5],
        "decoder.3.weight": [12, 5], "decoder.3.bias": [12],
      ]),
    Expected(
      run: SmallRun("classification", classes: 7) { $0.task = .classify },
      tensors: [
        "encoder.logits": [3, 12], "decoder.0.weight": [5, 3], "decoder.0.bias": [5],
        "decoder.3.weight": [7, 5], "decoder.3.bias": [7],
      ]),
  ]

  static func write(_ run: SmallRun, to path: String) throws {
    try ModelBundle(run.state().model, configuration: run.configuration, data: run.facts.data).write(to: path)
  }

  @Test("PyTorch's names and sizes, and the same model back", arguments: expected)
  func names(_ expected: Expected) throws {
    let folder = try TemporaryDirectory()
    try Self.write(expected.run, to: folder.file("model"))
    let file = try SafetensorsFile(path: folder.file("model"))
    #expect(Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0.shape) }) == expected.tensors)
    #expect(file.tensors.allSatisfy { $0.type == "F32" })
    let bundle = try ModelBundle(path: folder.file("model"))
    let model = bundle.model
    #expect(model.shape == expected.run.shape.direct)
    #expect(bundle.data == expected.run.facts.data)
    #expect(bundle.selection == StoredSelection(of: model, names: expected.run.facts.data.schema.names))
    #expect(bundle.selection.names == bundle.selection.features.map { "gene \($0)" })
    #expect(try bundle.configuration().selector == expected.run.configuration.selector)
    let state = ModelState(shape: model.shape)
    withExtendedLifetime(model) {
      _ = state.model.parameters.elements.update(fromContentsOf: model.parameters.elements)
    }
    // What derived logits follow from is not kept, and lies behind all else.
    let bits = state.bits()[0]
    #expect(bits == Array(expected.run.state().bits()[0].prefix(bits.count)))
  }

  @Test("a checkpoint is read as a model", arguments: SmallRun.all)
  func fromCheckpoint(_ run: SmallRun) throws {
    let folder = try TemporaryDirectory()
    try CheckpointTests.write(run, to: folder.file("checkpoint"))
    try Self.write(run, to: folder.file("model"))
    let models = try ["checkpoint", "model"].map { try ModelBundle(path: folder.file($0)).model }
    #expect(models.allSatisfy { $0.shape == run.shape.direct })
    withExtendedLifetime(models) {
      #expect(Array(models[0].parameters.elements) == Array(models[1].parameters.elements))
    }
  }

  @Test("the bytes depend on the model and its settings, not on places and lengths")
  func places() throws {
    let folder = try TemporaryDirectory()
    let plain = SmallRun()
    let moved = SmallRun {
      $0.output.runDirectory = "else/where"
      $0.data.path = "/some/data"
      $0.output.checkpointEvery = 7
      $0.output.logEvery = 3
      $0.training.shareMemory = false
    }
    let other = SmallRun { $0.training.seed = 4 }
    for (name, run) in [("plain", plain), ("moved", moved), ("other", other)] {
      try Self.write(run, to: folder.file(name))
    }
    #expect(try contents(of: folder.file("plain")) == contents(of: folder.file("moved")))
    #expect(try contents(of: folder.file("plain")) != contents(of: folder.file("other")))
  }

  /// A linear decoder of 3 selectors' for 12 features, or classes, with these metadata.
  private static func file(_ metadata: [String: String], outputs: Int, in folder: TemporaryDirectory) throws
    -> String
  {
    let values = AlignedBuffer<Float>(count: 64)
    let sizes = [
      ("encoder.logits", [3, 12]), ("decoder.0.weight", [outputs, 3]), ("decoder.0.bias", [outputs]),
    ]
    let tensors = sizes.map { TensorToStore(name: $0.0, shape: $0.1, elements: values.base) }
    try withExtendedLifetime(values) {
      try SafetensorsFile.write(tensors, metadata: metadata, to: folder.file("file"))
    }
    return folder.file("file")
  }

  @Test("the task is what the file says, or the only one that its sizes allow")
  func tasks() throws {
    let folder = try TemporaryDirectory()
    var old = RunConfiguration()
    old.task = .classify
    let settings = ["configuration": ConfigurationFile.text(of: old)]
    for (metadata, outputs, task) in [
      (["task": "classify"], 12, LearningTask.classify), (["task": "reconstruct"], 12, .reconstruct),
      (["task": "classify", "outputs": "7"], 7, .classify), (settings, 12, .classify), ([:], 7, .classify),
    ] {
      let path = try Self.file(metadata, outputs: outputs, in: folder)
      let shape = try ModelBundle(path: path).model.shape
      #expect(shape.task == task && shape.outputCount == outputs, "\(metadata)")
    }
    for (metadata, outputs, says) in [
      ([:], 12, "`task` (reconstruct or classify)"), (["task": "rank"], 12, "'rank', which this version"),
      (["task": "reconstruct"], 7, "7 outputs"), (["task": "classify", "outputs": "8"], 7, "7 outputs"),
    ] {
      let path = try Self.file(metadata, outputs: outputs, in: folder)
      let error = #expect(throws: CheckpointError.self) { _ = try ModelBundle(path: path) }
      #expect(error?.problem.contains(says) == true, "\(error?.problem ?? "")")
    }
  }

  @Test("a damaged model is refused and the tensor named")
  func damaged() throws {
    let folder = try TemporaryDirectory()
    try Self.write(SmallRun(), to: folder.file("model"))
    var bytes = try contents(of: folder.file("model"))
    bytes[bytes.count - 2] ^= 4
    let path = try folder.write(bytes, as: "model")
    let error = #expect(throws: CheckpointError.self) { _ = try ModelBundle(path: path) }
    #expect(error?.problem.contains("'decoder.3.bias'") == true)
  }

  @Test("sizes that do not fit each other are refused before memory is taken for them")
  func wrongSizes() throws {
    let folder = try TemporaryDirectory()
    let entry = SafetensorsBytes.entry
    let logits =
      #""__metadata__":{"task":"reconstruct"},"# + entry("encoder.logits", "F32", "[1,2]", "[0,8]")
    let cases: [(String, String)] = [
      ("{\(entry("weight", "F32", "[6]", "[0,24]"))}", "encoder.logits"),
      ("{\(entry("encoder.logits", "F32", "[6]", "[0,24]"))}", "encoder.logits"),
      (
        "{\(entry("encoder.logits", "F32", "[0,0]", "[0,0]")),\(entry("x", "F32", "[6]", "[0,24]"))}",
        "logits"
      ),
      ("{\(logits),\(entry("x", "F32", "[4]", "[8,24]"))}", "no decoder weights"),
      (
        "{\(logits),\(entry("decoder.0.weight", "F32", "[1099511627776,0]", "[8,8]")),"
          + "\(entry("decoder.3.weight", "F32", "[1099511627776,0]", "[8,8]")),"
          + "\(entry("x", "F32", "[4]", "[8,24]"))}", "no decoder weights"
      ),
      (
        "{\(logits),\(entry("decoder.0.weight", "F32", "[2,1]", "[8,16]")),"
          + "\(entry("decoder.0.bias", "F32", "[1]", "[16,20]")),\(entry("x", "F32", "[1]", "[20,24]"))}",
        "'decoder.0.bias' is missing or not F32 [2]"
      ),
    ]
    for (header, says) in cases {
      let path = try folder.write(SafetensorsBytes.make(header: header), as: "x")
      let error = #expect(throws: CheckpointError.self) { _ = try ModelBundle(path: path) }
      #expect(error?.problem.contains(says) == true, "\(error?.problem ?? "")")
    }
  }

  @Test("what is read of a run: the file itself, its model, else its newest usable checkpoint")
  func find() throws {
    let folder = try TemporaryDirectory()
    let run = SmallRun()
    let directory = RunDirectory(path: folder.file("run"))
    let missing = #expect(throws: CheckpointError.self) { try ModelBundle.find(directory.path) }
    #expect(missing?.problem.contains("does not exist") == true)
    try directory.create()
    let nothing = #expect(throws: CheckpointError.self) { try ModelBundle.find(directory.path) }
    #expect(nothing?.problem.contains("neither model.safetensors nor a checkpoint") == true)

    for step in [10, 20] {
      try directory.checkpoints.save(
        run.state(step: step), configuration: run.configuration, facts: run.facts)
    }
    #expect(try ModelBundle.find(directory.path) == directory.checkpoints.path(step: 20))
    try folder.write([1], as: "run/checkpoints/step-00000020.safetensors")
    #expect(try ModelBundle.find(directory.path) == directory.checkpoints.path(step: 10))
    try Self.write(run, to: directory.model)
    #expect(try ModelBundle.find(directory.path) == directory.model)
    let file = directory.checkpoints.path(step: 10)
    #expect(try ModelBundle.find(file) == file)
  }
}
