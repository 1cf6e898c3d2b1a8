import AtomicFile

/// What data say about how their rows are to be divided.
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

  /// Nothing, unless it is given.
  package init(parts: [Part]? = nil, groups: [Int32]? = nil) {
    self.parts = parts
    self.groups = groups
  }

  /// SHA-256, in hexadecimal, of both; empty where nothing is said.
  var contentHash: String {
    guard parts != nil || groups != nil else { return "" }
    var hash = ContentHash()
    (parts ?? []).map(\.rawValue).withUnsafeBytes { hash.update($0) }
    (groups ?? []).withUnsafeBytes { hash.update($0) }
    return hash.text
  }
}
