/// How the numbers that label rows are scaled: by mean and standard deviation of the training rows.
package struct ValueScaling: Sendable, Equatable, Codable {
  /// The mean.
  package let mean: Double
  /// The standard deviation; 1 where they do not vary.
  package let deviation: Double

  /// Fits the scaling to the labels of `rows`.
  ///
  /// Throws `DataError.target` where there are none, they are no numbers or some of them are missing.
  package init(_ target: Target?, rows: [UInt32], path: String) throws {
    let numbers = try Self.numbers(target, rows: rows, path: path)
    mean = rows.reduce(0) { $0 + Double(numbers[Int($1)]) } / Double(max(1, rows.count))
    let squares = rows.reduce(0.0) { [mean] in
      let distance = Double(numbers[Int($1)]) - mean
      return $0 + distance * distance
    }
    let variance = squares / Double(max(1, rows.count))
    deviation = variance > 0 ? variance.squareRoot() : 1
  }

  /// The labels as numbers to train on, of which those of `rows` are needed; throws `DataError.target`.
  package func scaled(_ target: Target?, rows: [UInt32], path: String) throws -> Target {
    .values(
      try Self.numbers(target, rows: rows, path: path).map { Float((Double($0) - mean) / deviation) })
  }

  /// A number in the labels' units.
  package func restored(_ value: Double) -> Double { value * deviation + mean }

  private static func numbers(_ target: Target?, rows: [UInt32], path: String) throws -> [Float] {
    guard let target else {
      throw DataError.target(
        path: path, problem: "has no labels to predict: --label names the column that holds them")
    }
    guard let numbers = target.numbers else {
      throw DataError.target(
        path: path,
        problem:
          "has labels that are no numbers, such as '\(target.classNames?.first { Float($0) == nil } ?? "")': "
          + "--task classify tells them apart")
    }
    if let row = rows.first(where: { !numbers[Int($0)].isFinite }) {
      throw DataError.target(
        path: path, problem: "row \(row + 1) has no label to predict: leave such rows out of the file")
    }
    return numbers
  }
}
