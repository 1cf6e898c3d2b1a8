import ReportPage
import Testing

@Suite("Scales of axes")
struct ScaleTests {
  @Test(
    "are finite and put what they show between 0 and 1",
    arguments: [
      [], [0], [3], [-1e300, 1e300], [.nan], [.infinity, 1], [1, 1, 1], [1e-307, 2e-307], [0, 1e-12],
      [-5, -5],
      [1e-9, 1e9], [4, 4.000_000_1], [.greatestFiniteMagnitude, 1],
    ] as [[Double]], [false, true])
  func isFinite(values: [Double], logarithmic: Bool) {
    for isTight in [false, true] {
      let scale = Scale(values, logarithmic: logarithmic, isTight: isTight)
      #expect(scale.domain.lowerBound.isFinite && scale.domain.upperBound.isFinite)
      #expect(scale.domain.lowerBound < scale.domain.upperBound)
      #expect(scale.ticks.allSatisfy { $0.isFinite } && scale.ticks == scale.ticks.sorted())
      #expect(scale.ticks.count <= 16)
      for value in values + scale.ticks {
        let place = scale(value)
        #expect((place == nil) == value.isNaN)
        if let place { #expect((0...1).contains(place)) }
      }
    }
  }

  @Test("go to round numbers, unless they end where the values do")
  func roundNumbers() {
    #expect(Scale([0.3, 9.7]).domain == 0...10)
    #expect(Scale([0.3, 9.7], isTight: true).domain == 0.3...9.7)
    #expect(Scale([0, 2_110], isTight: true).ticks == [0, 1_000, 2_000])
    #expect(Scale([0, 1]).ticks == [0, 0.5, 1])
    #expect(Scale([0.02, 2], logarithmic: true).ticks == [0.01, 0.1, 1, 10])
    #expect(Scale([1, 2], logarithmic: true).isLogarithmic == false)
    #expect(Scale([1, 10], isTight: true)(5.5) == 0.5)
  }
}
