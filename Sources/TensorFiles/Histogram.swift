/// How values are distributed: their counts in bins of equal width between the smallest and the largest.
package struct Histogram: Sendable, Equatable {
  package private(set) var minimum = Double.infinity
  package private(set) var maximum = -Double.infinity
  package private(set) var count = 0
  package private(set) var sum = 0.0
  package private(set) var squareSum = 0.0
  /// The upper limit of each bin.
  package private(set) var limits: [Double] = []
  /// How many values each bin has.
  package private(set) var counts: [Double] = []

  /// Counts `values` in at most `bins` bins; what is not finite is left out.
  package init(_ values: some Collection<Float>, bins: Int = 64) {
    for value in values where value.isFinite {
      let value = Double(value)
      (minimum, maximum) = (min(minimum, value), max(maximum, value))
      count += 1
      sum += value
      squareSum += value * value
    }
    guard count > 0 else {
      (minimum, maximum) = (0, 0)
      return
    }
    let width = (maximum - minimum) / Double(bins)
    guard width > 0 else {
      (limits, counts) = ([maximum], [Double(count)])
      return
    }
    limits = (1...bins).map { $0 == bins ? maximum : minimum + width * Double($0) }
    counts = Array(repeating: 0, count: bins)
    for value in values where value.isFinite {
      counts[min(bins - 1, Int((Double(value) - minimum) / width))] += 1
    }
  }
}
