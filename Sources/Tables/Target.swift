import AtomicFile
/// What a row's features can be asked to tell beside themselves.
package enum Target: Sendable, Equatable {
  /// One class a row, as its place in `names`.
  case classes(codes: [Int32], names: [String])
  /// One number a row; NaN where it is missing.
  case values([Float])

  /// Rows.
  package var count: Int {
    switch self {
    case .classes(let codes, _): codes.count
    case .values(let values): values.count
    }
  }

  /// The classes' names; nil for values.
  package var classNames: [String]? {
    if case .classes(_, let names) = self { names } else { nil }
  }

  /// One number a row; nil for classes whose names are no numbers.
  package var numbers: [Float]? {
    switch self {
    case .values(let values): return values
    case .classes(let codes, let names):
      let numbers = names.compactMap { Float($0) }
      return numbers.count == names.count ? codes.map { numbers[Int($0)] } : nil
    }
  }

  /// SHA-256, in hexadecimal, of codes and names, or values.
  package var contentHash: String {
    var hash = ContentHash()
    switch self {
    case .classes(let codes, let names):
      codes.withUnsafeBytes { hash.update($0) }
      for name in names { Array("\(name.utf8.count) \(name)".utf8).withUnsafeBytes { hash.update($0) } }
    case .values(let values):
      values.withUnsafeBytes { hash.update($0) }
    }
    return hash.text
  }

  /// Classes from one text a row: names in ascending order, numbers by size.
  package static func classes(of texts: [String]) -> Target {
    let names = Set(texts).sorted {
      guard let left = Double($0), let right = Double($1), left != right else { return $0 < $1 }
      return left < right
    }
    let codes = Dictionary(uniqueKeysWithValues: zip(names, Int32(0)...))
    return .classes(codes: texts.map { codes[$0]! }, names: names)
  }

  /// What a column of numbers stands for: classes where all are whole, none is missing and there are at most
  /// `largestClassCount` different ones; else values.
  package static func column(_ numbers: [Float]) -> Target {
    guard numbers.allSatisfy({ $0 == $0.rounded() && abs($0) < 0x1p24 }) else { return .values(numbers) }
    let distinct = Set(numbers)
    guard distinct.count <= largestClassCount else { return .values(numbers) }
    let sorted = distinct.sorted()
    let codes = Dictionary(uniqueKeysWithValues: zip(sorted, Int32(0)...))
    return .classes(codes: numbers.map { codes[$0]! }, names: sorted.map { String(Int($0)) })
  }

  /// More different whole numbers than this are a quantity.
  package static let largestClassCount = 1_000
}
