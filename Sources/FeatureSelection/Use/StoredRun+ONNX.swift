import AtomicFile
import ConcreteAutoencoder
import Foundation
import RunStore
import Tables
import TensorFiles

/// What an exported model takes.
package enum ExportedPart: String, Sendable, CaseIterable {
  /// All features of the model, of which it uses the selected ones.
  case whole
  /// The selected features alone, in the order in which `transform` writes them.
  case decoder
}

extension StoredRun {
  /// Writes the model as ONNX that takes rows in original units and gives what `impute` or `predict` write.
  ///
  /// Missing values are NaN, and are filled where the model's preprocessing says by what. Throws `CheckpointError` for a
  /// model that ONNX files cannot hold, and `FileError`; then nothing is written.
  package func export(_ part: ExportedPart, programVersion: String, to path: String) throws {
    let parameterBytes = 4 * bundle.model.layout.layers.reduce(0) { $0 + $1.weight.count + $1.bias.count }
    guard parameterBytes < Self.largestONNX else { throw tooLarge() }
    let bytes = try ONNXModel(bundle, part: part).bytes(programVersion: programVersion)
    guard bytes.count <= Self.largestONNX else { throw tooLarge() }
    let file = try ByteOutputs.open(path)
    try bytes.withUnsafeBytes(file.append)
    try file.commit()
  }

  /// Readers of protobuf take no more.
  private static let largestONNX = Int(Int32.max)

  private func tooLarge() -> CheckpointError {
    CheckpointError(
      path: modelPath, problem: "is of 2 GB or more, which an ONNX file cannot hold; use model.safetensors")
  }
}

/// A model as a graph of operators.
private struct ONNXModel {
  private let bundle: ModelBundle
  private let part: ExportedPart
  private let wanted: WantedColumns
  private let model: Autoencoder<Float>
  private let preprocessing: Preprocessing
  private var graph = ONNXGraph()

  init(_ bundle: ModelBundle, part: ExportedPart) {
    (self.bundle, self.part) = (bundle, part)
    (model, preprocessing) = (bundle.model, bundle.data.preprocessing)
    wanted = WantedColumns(bundle.selection.features, of: bundle.data.schema, standAlone: true)
    let width = part == .whole ? model.shape.featureCount : wanted.features.count
    let input = graph.input(part == .whole ? "features" : "selected", columns: width)
    let given = part == .whole ? columns(wanted.features, of: input) : input
    let output = decode(given)
    if model.shape.outputsAreFeatures {
      restore(output, given: given)
    } else if let scaling = bundle.data.valueScaling {
      let scaled = graph.node("Mul", [output, graph.constant([Float(scaling.deviation)])])
      graph.output(
        graph.node("Add", [scaled, graph.constant([Float(scaling.mean)])], named: "prediction"), columns: 1)
    } else {
      graph.output(
        graph.node("Softmax", [output], ["axis": .int(1)], named: "probabilities"),
        columns: model.shape.outputCount)
    }
  }

  func bytes(programVersion: String) throws -> [UInt8] {
    func json(_ value: some Encodable) throws -> String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .withoutEscapingSlashes
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    let all = (0..<model.shape.featureCount).map(wanted.title)
    let inputs = part == .whole ? all : wanted.titles
    let outputs =
      model.shape.outputsAreFeatures
      ? all : bundle.data.valueScaling != nil ? ["prediction"] : bundle.data.classes ?? []
    return graph.model(
      name: "concrete autoencoder", producerVersion: programVersion,
      metadata: [
        "inputs": try json(inputs), "outputs": try json(outputs), "selected": try json(wanted.titles),
        "task": model.shape.task.rawValue, "data_sha256": bundle.data.contentHash,
      ])
  }

  private mutating func columns(_ places: [Int], of value: ONNXGraph.Value) -> ONNXGraph.Value {
    graph.node("Gather", [value, graph.constant(places)], ["axis": .int(1)])
  }

  /// The decoder's outputs from the wanted features in original units.
  private mutating func decode(_ given: ONNXGraph.Value) -> ONNXGraph.Value {
    let places = Dictionary(uniqueKeysWithValues: wanted.features.enumerated().map { ($1, $0) })
    func row(_ values: [Double]) -> [Float] { wanted.features.map { Float(values[$0]) } }
    var value = given
    if let fill = preprocessing.fill {
      let isMissing = graph.node("IsNaN", [value])
      value = graph.node("Where", [isMissing, graph.constant(row(fill)), value])
    }
    value = graph.node("Sub", [value, graph.constant(row(preprocessing.offset))])
    value = graph.node("Mul", [value, graph.constant(row(preprocessing.scale))])
    value = columns(bundle.selection.features.map { places[$0]! }, of: value)
    for (index, layer) in model.layout.layers.enumerated() {
      value = graph.node(
        "Gemm", [value, constant(layer.weight), constant(layer.bias)], ["transB": .int(1)])
      guard index < model.shape.hidden.count else { break }
      if let gain = layer.gain, let shift = layer.shift {
        value = graph.node(
          "LayerNormalization", [value, constant(gain), constant(shift)],
          ["axis": .int(-1), "epsilon": .float(Float(DecoderLayer.normEpsilon))])
      }
      value = graph.node("LeakyRelu", [value], ["alpha": .float(Float(DecoderLayer.leakySlope))])
    }
    return value
  }

  /// Makes rebuilt features an output in original units, the given ones as they were given.
  private mutating func restore(_ scaled: ONNXGraph.Value, given: ONNXGraph.Value) {
    let count = model.shape.featureCount
    let factors = graph.constant(preprocessing.scale.map { Float($0) })
    let offsets = graph.constant(preprocessing.offset.map { Float($0) })
    let rebuilt = graph.node("Add", [graph.node("Div", [scaled, factors]), offsets])
    let both = graph.node("Concat", [rebuilt, given], ["axis": .int(1)])
    var places = Array(0..<count)
    for (place, feature) in wanted.features.enumerated() { places[feature] = count + place }
    graph.output(
      graph.node("Gather", [both, graph.constant(places)], ["axis": .int(1)], named: "rebuilt"),
      columns: count)
  }

  private mutating func constant(_ slot: TensorSlot) -> ONNXGraph.Value {
    graph.constant(
      UnsafeBufferPointer(start: model.parameters.base + slot.offset, count: slot.count), shape: slot.shape)
  }
}
