import AtomicFile
import Mustache
import RunSettings

/// A run's report as one HTML page that needs nothing beside itself.
package struct ReportPage {
  /// The page.
  package let html: String

  /// Makes the page of a run.
  package init(_ run: RunReport) throws {
    let summary = Summary(run)
    try self.init(
      title: run.path, version: run.placement?.version, headline: summary.headline, lead: summary.lead,
      warning: summary.warning, tiles: summary.tiles,
      figures: ReportCharts.all.map { (section: $0.section, figure: $0.figure(run)) })
  }

  /// Makes the page of several runs.
  package init(_ comparison: RunComparison) throws {
    try self.init(
      title: comparison.names.joined(separator: ", "), version: comparison.runs[0].placement?.version,
      headline: comparison.headline, lead: comparison.lead, warning: comparison.warning, tiles: [],
      figures: comparison.figures)
  }

  private init(
    title: String, version: String?, headline: String, lead: String, warning: String?, tiles: [Summary.Tile],
    figures: [(section: ReportSection, figure: Figure?)]
  ) throws {
    let template = try MustacheTemplate(string: Self.text(PackageResources.page_mustache))
    let sections = ReportSection.allCases.map { section in
      Section(
        id: section.rawValue, title: section.title,
        figures: figures.filter { $0.section == section }.compactMap(\.figure).map(Part.init))
    }
    let rendered = template.render(
      Content(
        style: Self.text(PackageResources.page_css), run: title, version: version ?? "", headline: headline,
        lead: lead, isUnsure: warning != nil, warning: warning ?? "", tiles: tiles, hasTiles: !tiles.isEmpty,
        sections: sections.filter { !$0.figures.isEmpty }))
    html = Markup.printable(rendered)
  }

  /// Writes the page, all of it or nothing; throws `FileError`.
  package func write(to path: String) throws { try AtomicFile.write(html, to: path) }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// What the template is given.
  private struct Content {
    let style: String
    let run: String
    let version: String
    let headline: String
    let lead: String
    let isUnsure: Bool
    let warning: String
    let tiles: [Summary.Tile]
    let hasTiles: Bool
    let sections: [Section]
  }

  private struct Section {
    let id: String
    let title: String
    let figures: [Part]
  }

  private struct Part {
    let title: String
    let note: String
    let span: String
    let body: String
    let tableTitle: String
    let table: String?

    init(_ figure: Figure) {
      (title, note, span) = (figure.title, figure.note, figure.span.rawValue)
      tableTitle = figure.tableTitle
      body = figure.body.text
      table = figure.table.map { $0.markup().text }
    }
  }
}
