import Foundation

/// Originals and their reconstructions, as flat rows of `features` values in [0, 1].
struct ReconstructionSet {
  let originals: [Float]
  let reconstructions: [Float]
  let features: Int

  var count: Int { originals.count / features }

  func original(_ index: Int) -> ArraySlice<Float> {
    originals[index * features..<(index + 1) * features]
  }

  func reconstruction(_ index: Int) -> ArraySlice<Float> {
    reconstructions[index * features..<(index + 1) * features]
  }

  /// The absolute error of each value.
  func absoluteError(_ index: Int) -> [Float] {
    zip(original(index), reconstruction(index)).map { abs($0 - $1) }
  }

  /// The mean squared error over the features of one image.
  func meanSquaredError(_ index: Int) -> Double {
    let sum = zip(original(index), reconstruction(index)).reduce(0.0) { sum, pair in
      let difference = Double(pair.0) - Double(pair.1)
      return sum + difference * difference
    }
    return sum / Double(features)
  }

  /// The mean squared error over the features of the first `count` images.
  func meanSquaredError(first count: Int) -> Double {
    (0..<count).map { meanSquaredError($0) }.reduce(0, +) / Double(count)
  }

  /// An error with four decimals, or with two digits and an exponent where that would need more room.
  static func text(_ error: Double) -> String {
    error.isFinite && error < 100 ? String(format: "%.4f", error) : String(format: "%.1e", error)
  }
}
