import DistributedTraining
import RunStore
import SelectionReport

/// How sure each selector is.
struct SelectorDots: ReportChart {
  let section = ReportSection.trust

  private static let title = "How sure the selectors are"
  private static let note =
    "A selector is the part of the network that picks one feature; above the line at 0.9 it has settled."

  /// Of a selection that is not theirs: what they came to themselves.
  private func ofSelectors(_ selectors: MetricsRecord.Selectors, _ run: RunReport) -> Figure {
    let order = selectors.probabilities.indices.sorted {
      (selectors.probabilities[$0], $1) > (selectors.probabilities[$1], $0)
    }
    let dots = order.enumerated().map { (x: Double($0 + 1), y: selectors.probabilities[$1]) }
    let plot = Plot(
      .init(title: "selectors, the surest first", scale: Scale(dots.map(\.x), isTight: true)),
      .init(title: "probability", scale: Scale([0, 1])),
      layers: [.level(Selection.convergedProbability), .dots(dots, style: "main")])
    return Figure(
      title: Self.title,
      note: Self.note
        + " These are of their own features; the selection comes from \(SelectionMethod.title(run.selection.source ?? "")).",
      body: plot.svg(title: "Largest probability of each selector"),
      table: DataTable(
        ["selector", "feature", "probability"], numbers: [0, 2],
        rows: order.map {
          [
            "\($0)", run.title(of: Int(selectors.features[$0])),
            NumberText.fixed(selectors.probabilities[$0], decimals: 4),
          ]
        }))
  }

  func figure(_ run: RunReport) -> Figure? {
    if run.selection.source != nil, let last = run.metrics.last(where: { $0.selectors != nil })?.selectors {
      return ofSelectors(last, run)
    }
    let features = run.selection.features.sorted {
      ($0.probability, $1.selector) > ($1.probability, $0.selector)
    }
    guard !features.isEmpty else { return nil }
    let alone = features.enumerated().map { (x: Double($0 + 1), y: $1.probability) }
    let groups = features.enumerated().compactMap { place, feature in
      feature.groupProbability.flatMap {
        $0 > feature.probability + 0.01 ? (x: Double(place + 1), y: $0) : nil
      }
    }
    let plot = Plot(
      .init(title: "selectors, the surest first", scale: Scale(alone.map(\.x), isTight: true)),
      .init(title: "probability", scale: Scale([0, 1])),
      layers: [
        .level(Selection.convergedProbability), .dots(groups, style: "open"),
        .dots(alone, style: "main"),
      ])
    return Figure(
      title: Self.title,
      note: Self.note
        + (run.selection.source.map {
          " This selection comes from \(SelectionMethod.title($0)): a low probability then says nothing against it."
        } ?? "")
        + (groups.isEmpty
          ? "" : " Rings: the probability of the feature and its copies (correlation 0.9 or more)."),
      body: plot.svg(title: "Probability of each selector's feature"),
      table: DataTable(
        ["selector", "feature", "probability", "with copies"], numbers: [0, 2, 3],
        rows: features.map {
          [
            "\($0.selector)", run.title(of: $0.feature), NumberText.fixed($0.probability, decimals: 4),
            $0.groupProbability.map { NumberText.fixed($0, decimals: 4) } ?? "",
          ]
        }))
  }
}
