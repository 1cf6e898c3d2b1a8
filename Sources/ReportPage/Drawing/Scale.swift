import Foundation

/// A way from values to places on an axis. It is finite whatever the values are: nothing, one value, NaN, infinities.
package struct Scale: Sendable {
  /// The least and the greatest value that the axis shows.
  package let domain: ClosedRange<Double>
  /// Whether equal steps are equal factors.
  package let isLogarithmic: Bool
  /// Round values in the domain, ascending.
  package let ticks: [Double]

  private static let largest = 1e150

  /// An axis over the finite ones of `values`, widened to round numbers unless `isTight`.
  ///
  /// - Parameter logarithmic: equal factors, if all values are above 0 and one is at least 20 times another.
  package init(
    _ values: some Sequence<Double>, including extra: [Double] = [], logarithmic: Bool = false,
    isTight: Bool = false, tickCount: Int = 4
  ) {
    let known = (Array(values) + extra).filter(\.isFinite).map { max(-Self.largest, min(Self.largest, $0)) }
    let (low, high) = (known.min() ?? 0, known.max() ?? 1)
    isLogarithmic = logarithmic && low > 0 && high >= 20 * low
    guard !isLogarithmic else {
      let powers = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
      domain = isTight ? low...high : pow(10, Double(powers.lowerBound))...pow(10, Double(powers.upperBound))
      let stride = max(1, powers.count / (tickCount + 1))
      let (shown, first) = (domain, powers.lowerBound)
      ticks = powers.filter { ($0 - first) % stride == 0 }.map { pow(10, Double($0)) }
        .filter { $0 >= shown.lowerBound && $0 <= shown.upperBound }
      return
    }
    // One value alone stands in the middle.
    let margin = high > low ? 0 : max(abs(low) / 2, 0.5)
    let (start, end) = (low - margin, high + margin)
    let step = Self.roundStep((end - start) / Double(tickCount))
    domain =
      isTight || margin > 0
      ? start...end : (start / step).rounded(.down) * step...(end / step).rounded(.up) * step
    let first = (domain.lowerBound / step - 1e-9).rounded(.up)
    let (bottom, top) = (domain.lowerBound, domain.upperBound)
    ticks = (0...3 * tickCount).map { (first + Double($0)) * step }
      .filter { $0 >= bottom - 1e-9 * step && $0 <= top + 1e-9 * step }
  }

  /// Where a value lies, from 0 to 1; nil for what is not a number.
  package func callAsFunction(_ value: Double) -> Double? {
    guard !value.isNaN else { return nil }
    func position(_ value: Double) -> Double { isLogarithmic ? log(value) : value }
    let clamped = min(domain.upperBound, max(domain.lowerBound, value))
    let (low, high) = (position(domain.lowerBound), position(domain.upperBound))
    return high > low ? (position(clamped) - low) / (high - low) : 0.5
  }

  /// 1, 2 or 5 times a power of ten, at least about `width`.
  private static func roundStep(_ width: Double) -> Double {
    let power = pow(10, log10(max(width, .leastNormalMagnitude)).rounded(.down))
    return power * ([1, 2, 5].first { $0 * power >= 0.999 * width } ?? 10)
  }
}
