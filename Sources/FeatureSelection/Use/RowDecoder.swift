import ConcreteAutoencoder
import Foundation
import LinearAlgebra
import RunStore
import Tables

/// Takes the selected features of rows through the decoder, some rows at a time, and writes what it says; with `gapsOnly` in
/// place of missing values alone.
final class RowDecoder: RowUse {
  private let preprocessing: Preprocessing
  private let selected: Set<Int>
  /// Whether a scaled value tells how many deviations it is from the training rows' mean.
  private let isStandardized: Bool
  /// How many values of each selected feature are far from all that the decoder was trained on.
  private var farValues: [Int: Int] = [:]
  private let evaluator: Evaluator<Float>
  private let wanted: WantedColumns
  private let places: [Int]
  private let input: String
  private let output: DecoderOutput
  private let writer: any TableWriter
  private var ids: [String] = []
  /// The values of the wanted features of the rows under way, as they were read.
  private var given: [Float] = []
  private var waiting = 0
  private var written: [Float]
  private var use = TableUse()

  private static let blockSize = 128
  /// Deviations from the mean beyond which no training row is, as a rule.
  private static let farDeviations: Float = 10

  init(
    _ bundle: ModelBundle, _ columns: TableColumns, wanted: WantedColumns, input: String, output path: String,
    gapsOnly: Bool, isStandardized: Bool
  ) throws {
    selected = Set(bundle.selection.features)
    self.isStandardized = isStandardized
    self.wanted = wanted
    self.input = input
    preprocessing = bundle.data.preprocessing
    places = try wanted.places(in: columns, path: input)
    evaluator = Evaluator(model: bundle.model, maximumRows: Self.blockSize)
    output = DecoderOutput(bundle, wanted, gapsOnly: gapsOnly)
    written = Array(repeating: 0, count: output.names.count)
    writer = try TableWriters.begin(
      path, TableHeading(texts: columns.idTitles + output.texts, names: output.names))
    use.columns = output.texts.count + output.names.count
  }

  func append(id: String) { ids.append(id) }

  func append(_ features: UnsafeBufferPointer<Float>) throws {
    let row = evaluator.rows.base + waiting * wanted.schema.featureCount
    for (feature, place) in zip(wanted.features, places) {
      let value = features[place]
      let title = wanted.schema.title(of: feature)
      guard !value.isInfinite else { throw DataError.infinite(path: input, row: use.rows, column: title) }
      given.append(value)
      guard selected.contains(feature) else { continue }
      guard let scaled = preprocessing.scaled(value, feature: feature) else {
        throw DataError.neededValue(path: input, row: use.rows, column: title)
      }
      row[feature] = scaled
      if isStandardized, abs(scaled) > Self.farDeviations { farValues[feature, default: 0] += 1 }
    }
    use.rows += 1
    waiting += 1
    if waiting == Self.blockSize { try flush() }
  }

  private func flush() throws {
    guard waiting > 0 else { return }
    let decoded = evaluator.decode(rowCount: waiting)
    for row in 0..<waiting {
      output.write(
        decoded.row(row), given: given[row * places.count..<(row + 1) * places.count], into: &written)
      let texts = (ids.isEmpty ? [] : [ids[row]]) + output.texts(of: written)
      try written.withUnsafeBufferPointer { try writer.append($0, texts: texts) }
    }
    waiting = 0
    ids.removeAll(keepingCapacity: true)
    given.removeAll(keepingCapacity: true)
  }

  func finish() throws -> TableUse {
    try flush()
    try writer.finish()
    for (feature, count) in farValues.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).prefix(3) {
      use.notes.append(
        "\(count.counted("value")) of \(wanted.schema.title(of: feature)) \(count == 1 ? "is" : "are") more than "
          + "\(Int(Self.farDeviations)) deviations from the training rows' mean: the model knows nothing like it; check the units"
      )
    }
    return use
  }
}

/// What a decoder's outputs mean, and what they are called where they are written.
private struct DecoderOutput {
  /// Columns of text, and of numbers.
  let texts, names: [String]
  private let kind: Kind

  private enum Kind {
    case features(Preprocessing, given: [Int], gapsOnly: Bool)
    case classes
    case value(ValueScaling)
  }

  init(_ bundle: ModelBundle, _ wanted: WantedColumns, gapsOnly: Bool) {
    texts = bundle.data.valueScaling == nil && !bundle.model.shape.outputsAreFeatures ? ["prediction"] : []
    if bundle.model.shape.outputsAreFeatures {
      names = (0..<wanted.schema.featureCount).map(wanted.title)
      kind = .features(bundle.data.preprocessing, given: wanted.features, gapsOnly: gapsOnly)
    } else if let scaling = bundle.data.valueScaling {
      names = ["prediction"]
      kind = .value(scaling)
    } else {
      names = bundle.data.classes ?? (0..<bundle.model.shape.outputCount).map(String.init)
      kind = .classes
    }
  }

  /// The class with the highest of the probabilities that were `written`; nothing where there are no classes.
  func texts(of written: [Float]) -> [String] {
    texts.isEmpty ? [] : [names[written.indices.reduce(0) { written[$1] > written[$0] ? $1 : $0 }]]
  }

  /// What is written of a row's outputs: features in original units, of which the given ones stand as they are, missing or
  /// not, or with `gapsOnly` where they are not missing; probabilities of classes; or a number in the labels' units.
  func write(_ outputs: UnsafeMutablePointer<Float>, given: ArraySlice<Float>, into written: inout [Float]) {
    switch kind {
    case .features(let preprocessing, let features, let gapsOnly):
      for feature in written.indices {
        written[feature] = Float(preprocessing.restored(Double(outputs[feature]), feature: feature))
      }
      for (value, feature) in zip(given, features) where !gapsOnly || !value.isNaN {
        written[feature] = value
      }
    case .classes:
      Float.logSoftmax(out: &written, logits: outputs, count: written.count)
      for index in written.indices { written[index] = exp(written[index]) }
    case .value(let scaling):
      written[0] = Float(scaling.restored(Double(outputs[0])))
    }
  }
}
