/// A part of the page that is made from a run. A new one is a type in a file of its own and its place in `ReportCharts.all`.
protocol ReportChart: Sendable {
  /// Where it stands.
  var section: ReportSection { get }
  /// What it shows of a run; nil where the run has nothing of it.
  func figure(_ run: RunReport) -> Figure?
}

/// All charts.
enum ReportCharts {
  /// In the order of the page.
  static let all: [any ReportChart] = [
    SelectionTable(), SelectionMap(), SelectionAxis(),
    ComparisonBars(), RebuiltMap(), RebuiltAxis(), RebuiltExtremes(), ParityPlots(),
    ClassTable(), LabelPlot(),
    CheckList(), StabilityTable(), SelectorDots(), CandidateDots(), StandInTable(),
    LossCurve(), TemperatureCurve(), MeanMaxCurve(), DiversityCurve(), SelectorHistory(), Reconstructions(),
    RebuiltCurves(),
    RunTable(), SettingsTable(),
  ]
}

/// The page's sections: the questions of somebody who is to use the selection.
enum ReportSection: String, CaseIterable {
  case selection, quality, trust, course, settings

  var title: String {
    switch self {
    case .selection: "What was selected"
    case .quality: "How good it is"
    case .trust: "Whether to believe it"
    case .course: "How it went"
    case .settings: "What exactly was run"
    }
  }
}
