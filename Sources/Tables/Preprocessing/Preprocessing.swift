import AtomicFile
import Foundation
import LinearAlgebra

/// What is done to the values of a table before a model sees them: an affine map x' = (x - offset) * scale for each
/// feature, and what stands in for its missing values. Fitted on training rows, stored with the model.
package struct Preprocessing: Sendable, Hashable {
  /// One offset a feature, in its original units.
  package let offset: [Double]
  /// One factor a feature; never 0.
  package let scale: [Double]
  /// What stands in for missing values of a feature, in its original units; nil: there must be none.
  package let fill: [Double]?
  /// Whether losses and errors leave out what stands in for missing values.
  package let countsObserved: Bool

  /// One map a feature.
  package init(offset: [Double], scale: [Double], fill: [Double]? = nil, countsObserved: Bool = false) {
    precondition(
      offset.count == scale.count && fill.map { $0.count == scale.count } ?? true, "one map a feature")
    self.offset = offset
    self.scale = scale
    self.fill = fill
    self.countsObserved = countsObserved
  }

  /// Values of `count` features as they are; none may be missing.
  package static func none(count: Int) -> Preprocessing {
    Preprocessing(offset: Array(repeating: 0, count: count), scale: Array(repeating: 1, count: count))
  }

  /// The maps of some consecutive features in a precision; without `fills` what is missing stays so.
  func scaling<Scalar: Real>(of features: Range<Int>, fills: Bool = true) -> ColumnScaling<Scalar> {
    let fill = fills ? fill : nil
    return ColumnScaling(
      offset: offset[features].map { Scalar($0) }, scale: scale[features].map { Scalar($0) },
      fill: fill?[features].map { Scalar($0) } ?? Array(repeating: .nan, count: features.count))
  }

  /// What stands in for missing values of some consecutive features, scaled.
  func scaledFill<Scalar: Real>(of features: Range<Int>) -> [Scalar] {
    features.map { (Scalar(fill?[$0] ?? .nan) - Scalar(offset[$0])) * Scalar(scale[$0]) }
  }

  /// A value in its feature's original units as a model sees it; nil where it is missing and nothing stands in for it.
  package func scaled(_ value: Float, feature: Int) -> Float? {
    let offset = Float(offset[feature])
    if value.isNaN { return fill.map { (Float($0[feature]) - offset) * Float(scale[feature]) } }
    return (value - offset) * Float(scale[feature])
  }

  /// A scaled value in the feature's original units.
  package func restored(_ value: Double, feature: Int) -> Double { value / scale[feature] + offset[feature] }

  /// Whether `method` gave each feature a mean of 0 and a deviation of 1, rather than one map to all.
  package func isStandardized(by method: ScaleMethod) -> Bool {
    [.automatic, .standard].contains(method) && Set(offset.map(\.bitPattern)).count > 1
  }

  /// SHA-256, in hexadecimal, of every bit of the maps.
  package var hash: String {
    var hash = ContentHash()
    for numbers in [offset, scale, fill ?? []] {
      numbers.map { $0.bitPattern.littleEndian }.withUnsafeBytes { hash.update($0) }
    }
    if countsObserved { Array("observed".utf8).withUnsafeBytes { hash.update($0) } }
    return hash.text
  }
}

extension Preprocessing: Codable {
  private enum Key: String, CodingKey {
    case features, offset, scale, fill
    case countsObserved = "counts_observed"
  }

  /// Reads what `encode(to:)` wrote; throws `DecodingError` where counts do not fit or a number cannot be used.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let count = try container.decode(Int.self, forKey: .features)
    func expanded(_ numbers: [Double]) throws -> [Double] {
      let all =
        numbers.count == 1 && (1..<1 << 31).contains(count)
        ? Array(repeating: numbers[0], count: count) : numbers
      guard all.count == count, all.allSatisfy(\.isFinite) else {
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: decoder.codingPath,
            debugDescription: "not a finite number for each of \(count) features"))
      }
      return all
    }
    let scale = try expanded(container.decode([Double].self, forKey: .scale))
    guard !scale.contains(0) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a scale is 0"))
    }
    self.init(
      offset: try expanded(container.decode([Double].self, forKey: .offset)), scale: scale,
      fill: try container.decodeIfPresent([Double].self, forKey: .fill).map(expanded),
      countsObserved: try container.decodeIfPresent(Bool.self, forKey: .countsObserved) ?? false)
  }

  /// Writes one number where it is that of all features.
  package func encode(to encoder: any Encoder) throws {
    func shortened(_ numbers: [Double]) -> [Double] {
      numbers.allSatisfy { $0.bitPattern == numbers[0].bitPattern } ? Array(numbers.prefix(1)) : numbers
    }
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(scale.count, forKey: .features)
    try container.encode(shortened(offset), forKey: .offset)
    try container.encode(shortened(scale), forKey: .scale)
    try container.encodeIfPresent(fill.map(shortened), forKey: .fill)
    if countsObserved { try container.encode(true, forKey: .countsObserved) }
  }
}
