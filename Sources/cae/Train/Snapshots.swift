import AtomicFile
import ConcreteAutoencoder
import FeatureSelection
import LinearAlgebra
import ReportPage
import RunStore
import SelectionReport
import Tables

/// Keeps images as they are and as they are rebuilt before, during and after training, for the report.
final class Snapshots {
  private let directory: RunDirectory
  private let grid: FeatureGrid
  private let rows: [UInt32]
  /// The rows as the model sees them, and as tones of grey.
  private let scaled: [Float]
  private let originals: [Float]
  private let tones: GreyTones
  private let mean: [Float]

  private static let imageCount = 10
  private static let meanRows = 1_000

  /// nil where features are no pixels or the model rebuilds no images.
  init?(session: TrainingSession) {
    let dataset = session.dataset
    guard let grid = dataset.schema.grid, session.configuration.task.objective.target == .features,
      !session.configuration.output.snapshotEpochs.isEmpty
    else { return nil }
    directory = session.directory
    self.grid = grid
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
    let mean = tones(sums.map { $0 / Float(sample.count) })
    // The mean of sparse images is dark: its shape matters, not its level.
    let brightest = mean.filter(\.isFinite).max() ?? 0
    self.mean = brightest > 0 ? mean.map { $0 / brightest } : mean
  }

  /// One row of each class, in order, where there are classes; else the first rows.
  private static func examples(_ pool: [UInt32], target: Target?) -> [UInt32] {
    guard case .classes(let codes, _)? = target else { return Array(pool.prefix(imageCount)) }
    var found: [Int32: UInt32] = [:]
    for row in pool where found[codes[Int(row)]] == nil { found[codes[Int(row)]] = row }
    return found.sorted { $0.key < $1.key }.prefix(imageCount).map(\.value)
  }

  /// Keeps what the model makes of the images after an epoch, 0 being before the first; returns the file.
  func take(epoch: Int, model: Autoencoder<Float>) throws -> String {
    try keep(model, MomentImages.Name.epoch(epoch))
    return path(MomentImages.Name.epoch(epoch))
  }

  /// Keeps what the decoder is given of the images, and what it makes of that at last.
  func take(result selection: Selection, model: Autoencoder<Float>) throws {
    try keep(model, MomentImages.Name.result)
    let selected = Set(selection.features.map(\.feature))
    let seen = originals.indices.map { selected.contains($0 % mean.count) }
    try write(originals, MomentImages.Name.seen, opacity: seen.map { $0 ? 1 : 0 })
  }

  /// Keeps what the model makes of the images, beside these, under a name of its own.
  private func keep(_ model: Autoencoder<Float>, _ name: String) throws {
    let evaluator = Evaluator(model: model, maximumRows: rows.count)
    evaluator.rows.base.update(from: scaled, count: scaled.count)
    let output = evaluator.decode(rowCount: rows.count)
    try write(originals, MomentImages.Name.original)
    try write(mean, MomentImages.Name.mean)
    try write(tones(Array(UnsafeBufferPointer(start: output.base, count: output.count))), name)
  }

  /// Writes images, `[n, features]` in 0...1, side by side.
  private func write(_ images: [Float], _ name: String, opacity: [Float]? = nil) throws {
    try Directory.makeAgain(directory.images)
    let count = images.count / mean.count
    func strip(_ values: [Float]) -> [UInt8] {
      (0..<grid.rows).flatMap { row in
        (0..<count).flatMap { image in
          (0..<grid.columns).map { column in
            let value = values[image * mean.count + row * grid.columns + column]
            return UInt8(255 * Swift.min(1, Swift.max(0, value.isNaN ? 0 : value)))
          }
        }
      }
    }
    try PNGImage(
      grey: strip(images), opacity: opacity.map(strip), width: count * grid.columns, height: grid.rows
    ).write(to: path(name))
  }

  private func path(_ name: String) -> String { "\(directory.images)/\(name).png" }
}
