import ConcreteAutoencoder
import FeatureSelection
import Foundation
import LinearAlgebra
import RunStore
import SelectionReport
import Tables

/// Pictures of a run: selected pixels and reconstructions before, during and after training.
final class Snapshots {
  private let directory: RunDirectory
  private let table: any FeatureTable
  private let grid: ImageGrid
  private let rows: [UInt32]
  private let originals: [Float]
  private let mean: [Float]
  private var moments: [FilmStrip.Moment] = []

  private static let imageCount = 10
  private static let meanRows = 1_000

  /// nil where features are no pixels or the model rebuilds no images.
  init?(session: TrainingSession) {
    guard let grid = session.table.features.grid, session.configuration.task == .reconstruct,
      !session.configuration.output.snapshotEpochs.isEmpty
    else { return nil }
    directory = session.directory
    table = session.table.features
    self.grid = ImageGrid(rows: grid.rows, columns: grid.columns)
    let pool = session.split.validation.isEmpty ? session.split.training : session.split.validation
    rows = Self.examples(pool, labels: session.table.labels)
    originals = Self.load(rows, from: table)
    mean = Self.mean(of: pool, in: table)
  }

  /// One row of each class, in order, where there are labels; else the first rows.
  private static func examples(_ pool: [UInt32], labels: [UInt8]?) -> [UInt32] {
    guard let labels else { return Array(pool.prefix(imageCount)) }
    var found: [UInt8: UInt32] = [:]
    for row in pool where found[labels[Int(row)]] == nil { found[labels[Int(row)]] = row }
    return found.sorted { $0.key < $1.key }.prefix(imageCount).map(\.value)
  }

  private static func load(_ rows: [UInt32], from table: any FeatureTable) -> [Float] {
    [Float](unsafeUninitializedCapacity: rows.count * table.featureCount) { buffer, count in
      rows.withUnsafeBufferPointer { table.copyRows($0, into: buffer.baseAddress!) }
      count = rows.count * table.featureCount
    }
  }

  private static func mean(of pool: [UInt32], in table: any FeatureTable) -> [Float] {
    let rows = Array(pool.prefix(meanRows))
    let values = load(rows, from: table)
    var sums = [Float](repeating: 0, count: table.featureCount)
    Float.columnSums(out: &sums, x: values, rows: rows.count, columns: table.featureCount)
    return sums.map { $0 / Float(rows.count) }
  }

  /// Draws both pictures of a moment and keeps it for the film strip.
  func take(epoch: Int, isLast: Bool, model: Autoencoder<Float>, validationLoss: Double?) throws {
    try RunDirectory.makeDirectory(directory.images)
    let label = epoch == 0 ? "before training" : isLast ? "end, epoch \(epoch)" : "epoch \(epoch)"
    let loss = validationLoss.map { String(format: "validation MSE %.5f, ", $0) } ?? ""
    let selection = Selection(of: model, grid: table.grid, names: table.featureNames)
    let subtitle =
      "\(loss)\(selection.distinctCount) distinct of \(selection.features.count), mean-max "
      + String(format: "%.3f", selection.meanMax)
    let evaluator = Evaluator(model: model, maximumRows: rows.count)
    evaluator.rows.base.update(from: originals, count: originals.count)
    let output = evaluator.decode(rowCount: rows.count)
    let reconstructions = Array(UnsafeBufferPointer(start: output.base, count: output.count))
    let stem = isLast ? "end" : String(format: "epoch-%03d", epoch)
    try SelectedPixelsImage(
      selection: selection, grid: grid, mean: mean, title: "Selected pixels: \(label)", subtitle: subtitle
    ).canvas().write(png: url("selected-\(stem)"))
    try ReconstructionsImage(
      originals: originals, reconstructions: reconstructions, selected: selection.features.map(\.feature),
      grid: grid, title: "Reconstructions: \(label)", subtitle: subtitle
    ).canvas().write(png: url("reconstructions-\(stem)"))
    moments.append(FilmStrip.Moment(label: label, selection: selection, reconstructions: reconstructions))
  }

  /// Draws all moments of this process's part of the run in one picture.
  func writeFilmStrip(title: String) throws {
    guard !moments.isEmpty else { return }
    try FilmStrip(originals: originals, moments: moments, grid: grid, mean: mean, title: title)
      .canvas().write(png: url("run"))
  }

  private func url(_ stem: String) -> URL { URL(fileURLWithPath: "\(directory.images)/\(stem).png") }
}
