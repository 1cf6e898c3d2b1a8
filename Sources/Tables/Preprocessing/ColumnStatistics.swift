import LinearAlgebra

/// Count, mean, spread and range of the values of each feature over some rows; missing values are left out.
///
/// Rows are taken in fixed blocks, one after the other, so the bits depend on the values alone.
struct ColumnStatistics {
  let rowCount: Int
  private(set) var counts: [Double]
  private(set) var means: [Double]
  /// Sums of squared deviations from the mean.
  private var squares: [Double]
  private(set) var minima: [Double]
  private(set) var maxima: [Double]

  /// Values of a block at the most, unless one row has more.
  private static let blockValues = 1 << 18

  /// Reads `rows` of `table`.
  init(_ table: any Table, rows: [UInt32]) {
    let width = table.schema.featureCount
    rowCount = rows.count
    counts = Array(repeating: 0, count: width)
    means = counts
    squares = counts
    minima = Array(repeating: .infinity, count: width)
    maxima = Array(repeating: -.infinity, count: width)
    let block = max(1, Self.blockValues / width)
    for start in stride(from: 0, to: rows.count, by: block) {
      let part = Array(rows[start..<min(start + block, rows.count)])
      add(table.values(of: part, features: 0..<width), rows: part.count)
    }
  }

  /// Takes in a block by the pairwise update of Chan, Golub, LeVeque (1979).
  private mutating func add(_ values: [Double], rows: Int) {
    let width = means.count
    var found = [Double](repeating: 0, count: width)
    var sums = found
    var deviations = found
    values.withUnsafeBufferPointer { values in
      for row in 0..<rows {
        for column in 0..<width {
          let value = values[row * width + column]
          guard !value.isNaN else { continue }
          found[column] += 1
          sums[column] += value
          if value < minima[column] { minima[column] = value }
          if value > maxima[column] { maxima[column] = value }
        }
      }
      for row in 0..<rows {
        for column in 0..<width {
          let value = values[row * width + column]
          guard !value.isNaN else { continue }
          let deviation = value - sums[column] / found[column]
          deviations[column] += deviation * deviation
        }
      }
    }
    for column in 0..<width where found[column] > 0 {
      let total = counts[column] + found[column]
      let distance = sums[column] / found[column] - means[column]
      squares[column] += deviations[column] + distance * distance * counts[column] * found[column] / total
      means[column] += distance * found[column] / total
      counts[column] = total
    }
  }

  /// The standard deviation of a feature (of the population, as scikit-learn's scaler has it); 0 for one that has one
  /// value alone, or none.
  func deviation(_ column: Int) -> Double {
    minima[column] < maxima[column] ? (squares[column] / counts[column]).squareRoot() : 0
  }

  /// Values that are missing.
  var missing: Int { counts.reduce(0) { $0 + rowCount - Int($1) } }

  /// Whether some value is infinite.
  var hasInfinity: Bool { minima.contains(-.infinity) || maxima.contains(.infinity) }
}
