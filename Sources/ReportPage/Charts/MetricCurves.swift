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
    guard run.minimisesDiversity, !run.metrics.isEmpty else { return nil }
    let points = run.metrics.map { (x: Double($0.step), y: $0.gjs) }
    let plot = Plot(
      .init(title: "steps", scale: Scale(points.map(\.x), including: [0], isTight: true)),
      .init(title: "diversity", scale: Scale(points.map(\.y), including: [0])),
      layers: [.line(points, style: "main")])
    return Figure(
      title: "Diversity of the selectors",
      note:
        "The generalized Jensen-Shannon divergence of their probabilities: 0 when all want the same. Training minimises its "
        + "error less \(NumberText.short(run.configuration.selector.gjsWeight)) times this.",
      body: plot.svg(title: "Diversity of the selectors over steps"), table: run.courseTable)
  }
}

/// The temperature over training.
struct TemperatureCurve: ReportChart {
  let section = ReportSection.course

  func figure(_ run: RunReport) -> Figure? {
    guard !run.metrics.isEmpty else { return nil }
    let points = run.metrics.map { (x: Double($0.step), y: $0.temperature) }
    let plot = Plot(
      .init(title: "steps", scale: Scale(points.map(\.x), including: [0], isTight: true)),
      .init(title: "temperature", scale: Scale(points.map(\.y), logarithmic: true)),
      layers: [.line(points, style: "main")])
    return Figure(
      title: "Temperature",
      note: "How freely the selectors mix features: near 0 each passes on a single one. It falls by plan.",
      body: plot.svg(title: "Temperature over steps"), table: run.courseTable)
  }
}

/// The mean of the selectors' largest probabilities over training.
struct MeanMaxCurve: ReportChart {
  let section = ReportSection.course

  func figure(_ run: RunReport) -> Figure? {
    guard !run.metrics.isEmpty else { return nil }
    let points = run.metrics.map { (x: Double($0.step), y: $0.meanMax) }
    let plot = Plot(
      .init(title: "steps", scale: Scale(points.map(\.x), including: [0], isTight: true)),
      .init(title: "mean probability", scale: Scale([0, 1])),
      layers: [.level(Selection.convergedProbability), .line(points, style: "main")])
    return Figure(
      title: "How far the selectors settled",
      note: "The mean of their largest probabilities: 1 when each is certain of one feature.",
      body: plot.svg(title: "Mean of the selectors' largest probabilities over steps"), table: run.courseTable
    )
  }
}

extension RunReport {
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
