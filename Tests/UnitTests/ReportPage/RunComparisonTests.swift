import ReportPage
import Testing

@Suite("The page of several runs")
struct RunComparisonTests {
  private func run(_ path: String, _ value: Double = 0.25) throws -> RunReport {
    var run = try ReportCase(kind: .names, value: value).run()
    run.path = path
    return run
  }

  @Test("has each run's held-out error with its standard error, and what differs")
  func figures() throws {
    var other = try run("runs/b", 0.5)
    other.configuration.training.seed = 7
    let html = try ReportPage(try RunComparison([try run("runs/a"), other])).html
    #expect(html.contains("0.250 ± 0.250"))
    #expect(html.contains("0.500 ± 0.500"))
    #expect(html.contains("<td>seed</td>"))
    #expect(html.contains("Of 2 features that any of them selected, 2 are in all runs."))
  }

  @Test("refuses a single run, and runs on other columns")
  func refusals() throws {
    let one = try run("runs/a")
    #expect(throws: (any Error).self) { try RunComparison([one]) }
    var image = try ReportCase(kind: .image, value: 0.25).run()
    image.path = "runs/b"
    let other = image
    #expect(throws: (any Error).self) { try RunComparison([one, other]) }
  }
}
