import AtomicFile

/// What data say about how their rows are to be divided, and what each weighs.
package struct RowDivision: Sendable, Equatable {
  /// What a row is for.
  package enum Part: UInt8, Sendable, CaseIterable {
    case training, validation, test

    /// Reads the value of a column that divides rows: the usual names of the parts, in any case.
    init?(_ text: String) {
      switch text.lowercased() {
      case "train", "training": self = .training
      case "validation", "valid", "val", "dev": self = .validation
      case "test", "testing": self = .test
      default: return nil
      }
    }

    /// What a value may be, for messages.
    static let expectation = "train, validation or test"
  }

  /// The part that each row is for; nil: nothing is said.
  package let parts: [Part]?
  /// The group of each row, whose rows stay together; nil: nothing is said.
  package let groups: [Int32]?

  /// The weight of each row, 0 or more; nil: nothing is said.
  package let weights: [Float]?

  /// Nothing, unless it is given.
  package init(parts: [Part]? = nil, groups: [Int32]? = nil, weights: [Float]? = nil) {
    self.parts = parts
    self.groups = groups
    self.weights = weights
  }

  /// A weight as a column has it; nil for what is none.
  static func weight(_ value: Float?) -> Float? {
    value.flatMap { $0 >= 0 && $0.isFinite ? $0 : nil }
  }

  /// What a weight may be, for messages.
  static let weightExpectation = "a number of 0 or more, and none missing"

  /// The weights times a power of two, so that their mean is about 1 and they fit into losses and gradients.
  var scaledWeights: [Float]? {
    weights.map { weights in
      let mean = weights.reduce(0) { $0 + Double($1) } / Double(max(1, weights.count))
      return mean > 0 ? weights.map { Float(Double($0) / mean.binade) } : weights
    }
  }

  /// Those of `rows` that count: a weight of 0 is none.
  func counted(_ rows: [UInt32]) -> [UInt32] {
    weights.map { weights in rows.filter { weights[Int($0)] > 0 } } ?? rows
  }

  /// SHA-256, in hexadecimal, of all that is said; empty where nothing is.
  var contentHash: String {
    guard parts != nil || groups != nil || weights != nil else { return "" }
    var hash = ContentHash()
    (parts ?? []).map(\.rawValue).withUnsafeBytes { hash.update($0) }
    (groups ?? []).withUnsafeBytes { hash.update($0) }
    if let weights {
      Array("weights".utf8).withUnsafeBytes { hash.update($0) }
      weights.withUnsafeBytes { hash.update($0) }
    }
    return hash.text
  }
}
