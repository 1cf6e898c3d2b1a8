import DistributedTraining
import SelectionReport

/// The error over training.
struct LossCurve: ReportChart {
  let section = ReportSection.course

  func figure(_ run: RunReport) -> Figure? {
    guard let last = run.metrics.last else { return nil }
    let training = run.metrics.map { (x: Double($0.step), y: $0.objective.value) }
    let validation = run.metrics.compactMap { record in
      record.validation.first { $0.name == record.objective.name }.map {
        (x: Double(record.step), y: $0.value)
      }
    }
    let plot = Plot(
      .init(title: "steps", scale: Scale(training.map(\.x), including: [0], isTight: true)),
      .init(
        title: NumberText.metric(last.objective.name),
        scale: Scale((training + validation).map(\.y), logarithmic: true)),
      layers: [.line(training, style: "quiet"), .line(validation, style: "main")])
    return Figure(
      title: "Error during training",
      note:
        "Grey: on training batches, with the selectors' noise. Colour: of the selection as it stood, on rows that are not "
        + "trained on. Lower is better.",
      body: plot.svg(title: "Training and validation error over steps"), table: run.courseTable)
  }
}

/// The diversity of the selectors over training, where it is part of what is minimised.
struct DiversityCurve: ReportChart {
  let section = ReportSection.course

  func figure(_ run: RunReport) -> Figure? {
    guard run.minimisesDiversity else { return nil }
    return run.course(
      of: \.gjs, "diversity", title: "Diversity of the selectors",
      note:
        "The generalized Jensen-Shannon divergence of their probabilities: 0 when all want the same. Training minimises its "
        + "error less \(NumberText.short(run.configuration.selector.gjsWeight)) times this.",
      alternative: "Diversity of the selectors over steps"
    ) { Scale($0, including: [0]) }
  }
}

/// The temperature over training.
struct TemperatureCurve: ReportChart {
  let section = ReportSection.course

  func figure(_ run: RunReport) -> Figure? {
    run.course(
      of: \.temperature, "temperature", title: "Temperature",
      note: "How freely the selectors mix features: near 0 each passes on a single one. It falls by plan.",
      alternative: "Temperature over steps"
    ) { Scale($0, logarithmic: true) }
  }
}

/// The mean of the selectors' largest probabilities over training.
struct MeanMaxCurve: ReportChart {
  let section = ReportSection.course

  func figure(_ run: RunReport) -> Figure? {
    run.course(
      of: \.meanMax, "mean probability", title: "How far the selectors settled",
      note: "The mean of their largest probabilities: 1 when each is certain of one feature.",
      alternative: "Mean of the selectors' largest probabilities over steps",
      behind: [.level(Selection.convergedProbability)]
    ) { _ in Scale([0, 1]) }
  }
}

extension RunReport {
  /// A figure of one value of the metrics over steps; nil without metrics.
  fileprivate func course(
    of value: (MetricsRecord) -> Double, _ axis: String, title: String, note: String, alternative: String,
    behind: [Plot.Layer] = [], scale: ([Double]) -> Scale
  ) -> Figure? {
    guard !metrics.isEmpty else { return nil }
    let points = metrics.map { (x: Double($0.step), y: value($0)) }
    let plot = Plot(
      .init(title: "steps", scale: Scale(points.map(\.x), including: [0], isTight: true)),
      .init(title: axis, scale: scale(points.map(\.y))), layers: behind + [.line(points, style: "main")])
    return Figure(title: title, note: note, body: plot.svg(title: alternative), table: courseTable)
  }

  /// Whether the selectors' diversity is part of what is minimised.
  fileprivate var minimisesDiversity: Bool { configuration.selector.gjsWeight != 0 }

  /// The lines of metrics at the ends of epochs, some of them where there are many.
  fileprivate var courseTable: DataTable {
    let ends = metrics.indices.filter {
      $0 == metrics.count - 1 || metrics[$0].epoch != metrics[$0 + 1].epoch
    }
    let stride = max(1, ends.count / 20)
    let shown = ends.enumerated().filter { $0.offset % stride == 0 || $0.offset == ends.count - 1 }
    return DataTable(
      [
        "epoch", "step", "training error", "validation error", "temperature", "mean probability",
        "different features",
      ] + (minimisesDiversity ? ["loss", "diversity"] : []),
      numbers: [0, 1, 2, 3, 4, 5, 6, 7, 8],
      rows: shown.map { _, index in
        let record = metrics[index]
        let validation = record.validation.first { $0.name == record.objective.name }
        return [
          "\(record.epoch)", NumberText.count(record.step), NumberText.short(record.objective.value),
          validation.map { NumberText.short($0.value) } ?? "", NumberText.short(record.temperature),
          NumberText.fixed(record.meanMax, decimals: 3), "\(record.distinct)",
        ] + (minimisesDiversity ? [NumberText.short(record.loss), NumberText.short(record.gjs)] : [])
      })
  }
}
