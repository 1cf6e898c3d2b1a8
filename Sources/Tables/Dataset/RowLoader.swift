import LinearAlgebra

/// The one way in which rows of a dataset become numbers in memory: read, scaled, missing values filled.
package final class RowLoader<Scalar: Real> {
  private let dataset: Dataset
  private let features: Range<Int>
  private let scaling: ColumnScaling<Scalar>
  /// Maps that leave what is missing so, and what is then put in its place; nil where all values count.
  private let gaps: (scaling: ColumnScaling<Scalar>, fill: [Scalar])?
  private let codes: [Int32]
  private let values: [Float]

  /// Loads `features` of the dataset's rows; nil: all.
  package init(_ dataset: Dataset, features: Range<Int>? = nil) {
    self.dataset = dataset
    self.features = features ?? 0..<dataset.schema.featureCount
    scaling = dataset.preprocessing.scaling(of: self.features)
    gaps =
      dataset.hasGaps
      ? (
        dataset.preprocessing.scaling(of: self.features, fills: false),
        dataset.preprocessing.scaledFill(of: self.features)
      ) : nil
    if case .classes(let codes, _)? = dataset.target { self.codes = codes } else { codes = [] }
    if case .values(let values)? = dataset.target { self.values = values } else { values = [] }
  }

  /// Writes the scaled values of `rows`, in that order, as `[rows.count, features.count]`, and to `observed`, where there
  /// is such, 1 for each that counts and 0 for each that stands in for a missing one; allocates nothing.
  package func load(
    _ rows: UnsafeBufferPointer<UInt32>, into destination: UnsafeMutablePointer<Scalar>,
    observed: UnsafeMutablePointer<UInt8>? = nil
  ) {
    let scaling = observed == nil ? scaling : gaps?.scaling ?? scaling
    dataset.table.copyRows(
      rows, features: features, scaling: scaling, into: destination, stride: features.count)
    guard let observed else { return }
    guard let fill = gaps?.fill else {
      return observed.update(repeating: 1, count: rows.count * features.count)
    }
    for row in rows.indices {
      let start = row * features.count
      Scalar.fillMissing(
        x: destination + start, observed: observed + start, count: features.count, fill: fill)
    }
  }

  /// The scaled values of `rows`, `[rows.count, features.count]`.
  package func values(of rows: [UInt32]) -> [Scalar] {
    let count = rows.count * features.count
    return [Scalar](unsafeUninitializedCapacity: count) { buffer, filled in
      rows.withUnsafeBufferPointer { if count > 0 { load($0, into: buffer.baseAddress!) } }
      filled = count
    }
  }

  /// Writes what each of `rows` counts. Allocates nothing.
  package func loadWeights(_ rows: UnsafeBufferPointer<UInt32>, into destination: UnsafeMutablePointer<Float>)
  {
    for index in rows.indices { destination[index] = dataset.weights.map { $0[Int(rows[index])] } ?? 1 }
  }

  /// Writes the class of each of `rows`; the dataset has classes. Allocates nothing.
  package func loadClasses(_ rows: UnsafeBufferPointer<UInt32>, into destination: UnsafeMutablePointer<Int32>)
  {
    for index in rows.indices { destination[index] = codes[Int(rows[index])] }
  }

  /// Writes the number that labels each of `rows`; the dataset has numbers. Allocates nothing.
  package func loadNumbers(
    _ rows: UnsafeBufferPointer<UInt32>, into destination: UnsafeMutablePointer<Scalar>
  ) {
    for index in rows.indices { destination[index] = Scalar(values[Int(rows[index])]) }
  }
}
