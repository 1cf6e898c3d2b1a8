import AtomicFile
import Tables

/// A directory with images and labels of 6 x 5 pixels in MNIST's files.
enum SmallDataset {
  static let pixels = 30

  static func write(to directory: String, rows: Int, seed: UInt64 = 1) throws {
    try Directory.make(directory)
    let table = SyntheticTable(rows: rows, features: pixels, seed: seed)
    try IDXWriter(
      path: "\(directory)/train-images-idx3-ubyte", dimensions: [rows, 6, 5],
      bytes: table.values.map { UInt8($0 * 255) }
    ).commit()
    try IDXWriter(
      path: "\(directory)/train-labels-idx1-ubyte", dimensions: [rows],
      bytes: table.labels(classes: 3).map(UInt8.init)
    ).commit()
  }
}
