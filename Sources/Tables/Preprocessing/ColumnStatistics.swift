import LinearAlgebra

/// Mean, spread and range of the values of each feature over some rows, by weight; missing values are left out.
///
/// Rows are taken in fixed blocks, one after the other, so the bits depend on the values alone.
struct ColumnStatistics {
  /// The weight of each feature's values: how many there are where all count alike.
  private(set) var counts: [Double]
  private(set) var means: [Double]
  /// Sums of squared deviations from the mean.
  private var squares: [Double]
  private(set) var minima: [Double]
  private(set) var maxima: [Double]
  /// Values that are missing.
  private(set) var missing = 0

  /// Values of a block at the most, unless one row has more.
  private static let blockValues = 1 << 18

  /// Reads `rows` of `table`, which count as `weights`, one a row of the table, say; nil: alike.
  init(_ table: any Table, rows: [UInt32], weights: [Float]? = nil) {
    let width = table.schema.featureCount
    counts = Array(repeating: 0, count: width)
    means = counts
    squares = counts
    minima = Array(repeating: .infinity, count: width)
    maxima = Array(repeating: -.infinity, count: width)
    let block = max(1, Self.blockValues / width)
    for start in stride(from: 0, to: rows.count, by: block) {
      let part = Array(rows[start..<min(start + block, rows.count)])
      add(
        table.values(of: part, features: 0..<width),
        weights: part.map { row in weights.map { Double($0[Int(row)]) } ?? 1 })
    }
  }

  /// Takes in a block by the pairwise update of Chan, Golub, LeVeque (1979).
  private mutating func add(_ values: [Double], weights: [Double]) {
    let (width, rows) = (means.count, weights.count)
    var lacking = 0
    // Counts, sums, means and deviations of this block; without branches, so that columns are worked on side by side.
    var block = [Double](repeating: 0, count: 4 * width)
    block.withUnsafeMutableBufferPointer { block in
      let found = block.baseAddress!
      let (sums, centers, deviations) = (found + width, found + 2 * width, found + 3 * width)
      values.withUnsafeBufferPointer { values in
        minima.withUnsafeMutableBufferPointer { minima in
          maxima.withUnsafeMutableBufferPointer { maxima in
            let (least, most) = (minima.baseAddress!, maxima.baseAddress!)
            for row in 0..<rows {
              let (values, weight) = (values.baseAddress! + row * width, weights[row])
              for column in 0..<width {
                let value = values[column]
                lacking &+= value.isNaN ? 1 : 0
                found[column] += value.isNaN ? 0 : weight
                sums[column] += value.isNaN ? 0 : weight * value
                least[column] = value < least[column] ? value : least[column]
                most[column] = value > most[column] ? value : most[column]
              }
            }
          }
        }
        for column in 0..<width { centers[column] = sums[column] / found[column] }
        for row in 0..<rows {
          let (values, weight) = (values.baseAddress! + row * width, weights[row])
          for column in 0..<width {
            let deviation = values[column] - centers[column]
            deviations[column] += deviation.isNaN ? 0 : weight * (deviation * deviation)
          }
        }
      }
    }
    missing += lacking
    for column in 0..<width where block[column] > 0 {
      let (found, deviations) = (block[column], block[3 * width + column])
      let total = counts[column] + found
      let distance = block[width + column] / found - means[column]
      squares[column] += deviations + distance * distance * counts[column] * found / total
      means[column] += distance * found / total
      counts[column] = total
    }
  }

  /// The standard deviation of a feature (of the population, as scikit-learn's scaler has it); 0 for one that has one
  /// value alone, or none.
  func deviation(_ column: Int) -> Double {
    minima[column] < maxima[column] ? (squares[column] / counts[column]).squareRoot() : 0
  }

  /// Whether some value is infinite.
  var hasInfinity: Bool { minima.contains(-.infinity) || maxima.contains(.infinity) }
}
