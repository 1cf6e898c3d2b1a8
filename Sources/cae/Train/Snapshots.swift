import AtomicFile
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
  private let dataset: Dataset
  private let grid: ImageGrid
  private let rows: [UInt32]
  /// The rows as the model sees them, and as tones of grey.
  private let scaled: [Float]
  private let originals: [Float]
  private let tones: GreyTones
  private let mean: [Float]
  private var moments: [FilmStrip.Moment] = []

  private static let imageCount = 10
  private static let meanRows = 1_000

  /// nil where features are no pixels or the model rebuilds no images.
  init?(session: TrainingSession) {
    guard let grid = session.dataset.schema.grid, session.configuration.task.objective.target == .features,
      !session.configuration.output.snapshotEpochs.isEmpty
    else { return nil }
    directory = session.directory
    dataset = session.dataset
    self.grid = ImageGrid(rows: grid.rows, columns: grid.columns)
    let split = dataset.split
    let pool = split.validation.isEmpty ? split.training : split.validation
    rows = Self.examples(pool, target: dataset.target)
    let loader = RowLoader<Float>(dataset)
    scaled = loader.values(of: rows)
    let sample = Array(pool.prefix(Self.meanRows))
    let values = loader.values(of: sample)
    var sums = [Float](repeating: 0, count: grid.rows * grid.columns)
    Float.columnSums(out: &sums, x: values, rows: sample.count, columns: sums.count)
    tones = GreyTones(dataset, showing: scaled)
    originals = tones(scaled)
    mean = tones(sums.map { $0 / Float(sample.count) })
  }

  /// One row of each class, in order, where there are classes; else the first rows.
  private static func examples(_ pool: [UInt32], target: Target?) -> [UInt32] {
    guard case .classes(let codes, _)? = target else { return Array(pool.prefix(imageCount)) }
    var found: [Int32: UInt32] = [:]
    for row in pool where found[codes[Int(row)]] == nil { found[codes[Int(row)]] = row }
    return found.sorted { $0.key < $1.key }.prefix(imageCount).map(\.value)
  }

  /// Draws both pictures of a moment and keeps it for the film strip.
  func take(epoch: Int, isLast: Bool, model: Autoencoder<Float>, validationLoss: Double?) throws {
    try Directory.make(directory.images)
    let label = epoch == 0 ? "before training" : isLast ? "end, epoch \(epoch)" : "epoch \(epoch)"
    let name = model.shape.task.objective.lossName
    let loss = validationLoss.map { "validation \(name) \(String(format: "%.5f", $0)), " } ?? ""
    try draw(
      Selection(of: model, schema: dataset.schema), model: model, label: label,
      stem: isLast ? "end" : String(format: "epoch-%03d", epoch), loss: loss)
  }

  /// Draws both pictures of what the run came to.
  func take(result selection: Selection, model: Autoencoder<Float>) throws {
    try Directory.make(directory.images)
    try draw(selection, model: model, label: "result", stem: "result", loss: "")
  }

  private func draw(
    _ selection: Selection, model: Autoencoder<Float>, label: String, stem: String, loss: String
  ) throws {
    let subtitle =
      "\(loss)\(selection.distinctCount) distinct of \(selection.features.count), mean-max "
      + String(format: "%.3f", selection.meanMax)
    let evaluator = Evaluator(model: model, maximumRows: rows.count)
    evaluator.rows.base.update(from: scaled, count: scaled.count)
    let output = evaluator.decode(rowCount: rows.count)
    let reconstructions = tones(Array(UnsafeBufferPointer(start: output.base, count: output.count)))
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
