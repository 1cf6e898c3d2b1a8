import FeatureSelection
import Foundation
import Testing

@Suite struct DecoderDoubtTests {
  private func doubt(
    linear: Double, decoder: Double, standardError: Double = 0.01, rows: Int = 100, part: String = "test",
    metric: String = "mse", hidden: [Int] = [200]
  ) throws -> String? {
    let comparison = """
      {"part": "test", "rows": \(rows), "explained": [], "entries": [
        {"name": "result", "summary": "", "linear_error": \(linear), "features": [0]},
        {"name": "greedy", "summary": "", "linear_error": 0.01, "features": [1]}]}
      """
    let errors = """
      [{"part": "validation", "rows": 80, "mse": 9, "standard_error": 0.001},
       {"part": "\(part)", "rows": \(rows), "\(metric)": \(decoder), "standard_error": \(standardError)}]
      """
    return try JSONDecoder().decode(SelectionComparison.self, from: Data(comparison.utf8)).decoderDoubt(
      JSONDecoder().decode([SelectionResult.PartError].self, from: Data(errors.utf8)), hidden: hidden)
  }

  @Test("a decoder that is worse than linear regression by two standard errors is told of, with both errors")
  func told() throws {
    let text = try #require(try doubt(linear: 0.3591, decoder: 0.4457))
    #expect(text.contains("0.3591") && text.contains("0.4457") && text.contains("--hidden none"))
  }

  @Test(
    "others are not: better ones, differences within noise, few rows, other rows, classes, linear decoders")
  func quiet() throws {
    #expect(try doubt(linear: 0.5, decoder: 0.4) == nil)
    #expect(try doubt(linear: 0.4, decoder: 0.41) == nil)
    #expect(try doubt(linear: 0.4, decoder: 0.5, rows: 20) == nil)
    #expect(try doubt(linear: 0.4, decoder: 0.5, part: "test-fraction") == nil)
    #expect(try doubt(linear: 0.4, decoder: 0.5, metric: "cross_entropy") == nil)
    #expect(try doubt(linear: 0.4, decoder: 0.5, hidden: []) == nil)
  }
}
