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

  @Test(
    "shows of each run of images where its pixels are, what came of images at its end, and values as they are rebuilt"
  )
  func ofEach() throws {
    var one = try ReportCase(kind: .image, value: 0.25).run()
    let images = try #require(one.images)
    #expect(images.moments.count > 1)
    var other = one
    (one.path, other.path) = ("runs/a", "runs/b")
    let html = try ReportPage(try RunComparison([one, other])).html
    for title in ["Where they are", "Images and what is rebuilt of them", "True and rebuilt values"] {
      for name in ["a", "b"] { #expect(html.contains("<h3>\(title): \(name)</h3>"), "\(title)") }
    }
    let last = try #require(images.moments.last)
    #expect(html.components(separatedBy: "<span>\(last.label)</span>").count == 3)
    #expect(!html.contains("<span>\(images.moments[0].label)</span>"))
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
