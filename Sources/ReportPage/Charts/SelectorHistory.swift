/// The selectors' probabilities over the epochs, as a heat map.
struct SelectorHistory: ReportChart {
  let section = ReportSection.course

  func figure(_ run: RunReport) -> Figure? {
    let records = run.metrics.compactMap { record in record.selectors.map { (epoch: record.epoch, $0) } }
    guard let first = records.first, records.count > 1 else { return nil }
    let count = first.1.probabilities.count
    let rows = records.filter { $0.1.probabilities.count == count && $0.1.features.count == count }
    func mean(_ selector: Int) -> Double { rows.reduce(0) { $0 + $1.1.probabilities[selector] } }
    // Those that settled first at the top.
    let order = (0..<count).sorted { (mean($0), $1) > (mean($1), $0) }
    let tones = order.flatMap { selector in
      rows.map { UInt8(255 * min(1, max(0, $0.1.probabilities[selector]))) }
    }
    guard count > 0, let image = try? PNGImage(grey: tones, width: rows.count, height: count) else {
      return nil
    }
    let epochs = Scale(
      [Double(rows[0].epoch) - 0.5, Double(rows[rows.count - 1].epoch) + 0.5], isTight: true)
    let changes = zip(rows, rows.dropFirst()).map { before, after in
      zip(before.1.features, after.1.features).count { $0 != $1 }
    }
    return Figure(
      title: "Selectors over the epochs",
      note:
        "One row for each selector: the stronger the colour, the surer it is of one feature. Those that settled first are "
        + "at the top.",
      body: Plot(
        .init(title: "epochs", scale: epochs),
        .init(title: "selectors", scale: Scale([0, Double(count)], isTight: true), hasTicks: false),
        layers: [.cells(image, id: "selector-history")]
      ).svg(title: "Largest probability of each selector over the epochs"),
      table: DataTable(
        ["epoch", "mean probability", "settled", "changed since"], numbers: [0, 1, 2, 3],
        rows: rows.indices.map { index in
          let chances = rows[index].1.probabilities
          return [
            "\(rows[index].epoch)",
            NumberText.fixed(chances.reduce(0, +) / Double(count), decimals: 3),
            "\(chances.count { $0 >= 0.9 })", index == 0 ? "" : "\(changes[index - 1])",
          ]
        }))
  }
}
