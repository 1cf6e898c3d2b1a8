import FeatureSelection
import Foundation
import ReportPage
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("The page of a run")
struct ReportPageTests {
  /// What an XML parser finds in a page.
  private final class Elements: NSObject, XMLParserDelegate {
    var found: [(name: String, attributes: [String: String])] = []
    var titlesOfPictures = 0
    private var path: [String] = []

    init(_ html: String) throws {
      super.init()
      let parser = XMLParser(data: Data(html.utf8))
      parser.delegate = self
      try #require(parser.parse(), "\(String(describing: parser.parserError)) in line \(parser.lineNumber)")
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      if name == "title", path.last == "svg" { titlesOfPictures += 1 }
      path.append(name)
      found.append((name, attributes))
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) { path.removeLast() }
  }

  private static let coordinates = [
    "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height", "d", "points", "viewBox",
  ]

  @Test(
    "is well formed, finite and free of foreign markup, whatever the numbers and names are",
    arguments: ReportCase.all)
  func isWellFormed(_ example: ReportCase) throws {
    let html = try ReportPage(try example.run()).html
    let elements = try Elements(html).found
    #expect(!elements.contains { $0.name == "script" || $0.name == "b" })
    for (name, attributes) in elements {
      for (key, text) in attributes where Self.coordinates.contains(key) {
        #expect(!text.contains(/nan|inf|e[+-]?\d/), "\(name) \(key)=\(text.prefix(80))")
        if ["width", "height", "r"].contains(key) { #expect(!text.hasPrefix("-"), "\(name) \(key)=\(text)") }
      }
      // Nothing but itself: data, and places on the page.
      for key in ["href", "src"] {
        if let link = attributes[key] { #expect(link.hasPrefix("data:") || link.hasPrefix("#"), "\(link)") }
      }
    }
  }

  @Test("has every chart that its data allow, each with a title that is read out")
  func charts() throws {
    func titles(_ kind: ReportCase.Kind) throws -> [String] {
      let html = try ReportPage(try ReportCase(kind: kind, value: 0.25).run()).html
      let elements = try Elements(html)
      let pictures = elements.found.filter { $0.name == "svg" }
      #expect(pictures.allSatisfy { $0.attributes["role"] == "img" && $0.attributes["aria-label"] != "" })
      #expect(elements.titlesOfPictures == pictures.count)
      return html.matches(of: /<h3>([^<]*)<\/h3>/).map { $0.1.replacingOccurrences(of: "&#39;", with: "'") }
    }
    let course = [
      "Error during training", "Temperature", "How far the selectors settled", "Selectors over the epochs",
    ]
    let always = ["Features, what adds most first", "Against simpler ways of selecting"]
    let trust = ["Checks", "How sure the selectors are", "Candidate selections", "Interchangeable features"]
    let rebuilt = ["Best and worst rebuilt", "True and rebuilt values"]
    let run = ["Data and machines", "Settings"]
    let image = ["Where they are", "R² of each pixel", "Images and what is rebuilt of them"]
    #expect(Set(try titles(.image)) == Set(always + trust + course + rebuilt + run + image))
    #expect(
      Set(try titles(.spectrum))
        == Set(
          always + trust + course + rebuilt + run + [
            "Where they are", "R² along the axis", "Rows and what is rebuilt of them",
          ]))
    #expect(Set(try titles(.names)) == Set(always + trust + course + rebuilt + run))
    #expect(Set(try titles(.classes)) == Set(always + trust + course + run + ["Classes found"]))
    #expect(Set(try titles(.labels)) == Set(always + trust + course + run + ["True and predicted labels"]))
    #expect(
      Set(try titles(.unfinished)) == Set(["Features, by selector", "How sure the selectors are"] + run))
  }

  @Test("counts what rows of each class are taken for; of many classes it shows what is confused most")
  func classes() throws {
    var run = try ReportCase(kind: .classes, value: 0.25).run()
    let html = try ReportPage(run).html
    #expect(html.contains(#"<span class="tone" style="--share: 75%">3</span>"#), "\(html)")
    #expect(html.contains(#"<span class="tone wrong" style="--share: 25%">1</span>"#))
    // Rows of a, what is found of them, and how many of those that are taken for a are of a.
    #expect(
      html.contains(
        /<td>a<\/td><td class="number">4<\/td><td class="number">75.0.%<\/td><td class="number">60.0.%</))
    let names = (0..<20).map { "kind \($0)" }
    var counts = names.indices.map { own in names.indices.map { $0 == own ? 5 : 0 } }
    (counts[3][4], counts[7][1]) = (2, 9)
    run.labels = PredictedLabels(kind: .classes(names: names, counts: counts), part: "test", rows: 111)
    let many = try ReportPage(run).html
    let confused = many.matches(of: /<td>(kind \d+)<\/td><td>(kind \d+)<\/td><td class="number">(\d+)</)
    #expect(confused.map { "\($0.1) \($0.2) \($0.3)" } == ["kind 7 kind 1 9", "kind 3 kind 4 2"])
  }

  @Test("says what speaks against the selection")
  func warnings() throws {
    func html(_ kind: ReportCase.Kind) throws -> String {
      try ReportPage(try ReportCase(kind: kind, value: 0.25).run()).html
    }
    #expect(try html(.unfinished).contains("the run is not finished"))
    #expect(try html(.names).contains("2 of 2 selectors are not converged"))
  }

  @Test("shows how stable a selection is, where that was measured")
  func stability() throws {
    var run = try ReportCase(kind: .names, value: 0.25).run()
    #expect(!(try ReportPage(run).html.contains("Stability")))
    run.stability = Stability(
      [[0, 5], [0, 6], [0, 7], [5, 6]], featureCount: 12, names: nil, copies: { [$0] })
    let html = try ReportPage(run).html
    #expect(html.contains("<h3>Stability</h3>") && html.contains("4 selections from draws of the rows"))
    // Feature 0 is in three of four selections, 5 and 6 in two, 7 in fewer than any of this selection.
    let rows = html.matches(of: /<td[^>]*>gene (\d+)<\/td><td[^>]*>(yes|no)<\/td><td[^>]*>([\d.]+).%/)
    #expect(rows.map { "\($0.1) \($0.2) \($0.3)" } == ["5 yes 50.0", "6 no 50.0"])
    run.stability = Stability([[1, 2], [1, 3]], featureCount: 12, names: nil, copies: { [$0] })
    #expect(try ReportPage(run).html.contains("<h3>Stability</h3>"))
  }

  @Test("says in words that readers know how the features were found")
  func source() throws {
    var run = try ReportCase(kind: .names, value: 0.25).run()
    run.selection.source = "greedy"
    let html = try ReportPage(run).html
    #expect(html.contains("chosen by forward selection with swaps"))
    #expect(!html.contains("by greedy") && !html.contains("the greedy,"))
  }

  @Test("tells a command that a shell takes apart into the same words")
  func command() throws {
    var run = try ReportCase(kind: .names, value: 0.25).run()
    run.configuration.data.path = "it's here"
    run.configuration.refinement.refit = false
    let html = try ReportPage(run).html
    #expect(
      html.contains("cae train \\\n  --data &#39;it&#39;\\&#39;&#39;s here&#39; \\\n  --k 2 \\\n  --no-refit")
    )
  }
}
