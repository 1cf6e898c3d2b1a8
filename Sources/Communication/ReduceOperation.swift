/// How an all-reduce joins the values of all ranks.
package enum ReduceOperation: String, Sendable, CaseIterable {
  /// The sum; integers wrap around on overflow.
  case sum
  /// The largest value; unspecified if a value is not a number.
  case max
  /// The smallest value; unspecified if a value is not a number.
  case min

  /// Joins two values.
  func callAsFunction<T: Reducible>(_ left: T, _ right: T) -> T {
    switch self {
    case .sum: T.sum(left, right)
    case .max: Swift.max(left, right)
    case .min: Swift.min(left, right)
    }
  }
}
