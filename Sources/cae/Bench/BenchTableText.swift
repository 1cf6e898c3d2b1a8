import Diagnostics
import Foundation
import RunSettings

/// Benchmark results as a table: a column a batch size.
enum BenchTableText {
  private typealias Row = (label: String, value: (BenchResult) -> String)

  /// Noise for several groups is drawn within the gradient and timed with what else is elementwise there.
  private static func rows(noiseGroups: Int) -> [Row] {
    let isGrouped = noiseGroups != 1
    let selection: [Row] = [("  noise and softmax", { fixed($0.parts["selection"] ?? 0, 3) })]
    let head: [Row] = [
      ("global batch", { String($0.batchSize) }),
      ("micro-batches of a batch", { String($0.microBatches) }),
      ("step, ms (median)", { fixed($0.stepMs, 3) }),
      ("  p10 .. p90", { "\(fixed($0.stepMsP10, 3)) .. \(fixed($0.stepMsP90, 3))" }),
      ("  batch", { fixed($0.parts["batch"] ?? 0, 3) }),
    ]
    let rest: [Row] = [
      ("  products", { fixed($0.parts["products"] ?? 0, 3) }),
      (isGrouped ? "  noise, elementwise" : "  elementwise", { fixed($0.parts["elementwise"] ?? 0, 3) }),
      ("  exchange, waiting", { fixed(($0.parts["exchange"] ?? 0) + ($0.parts["barrier"] ?? 0), 3) }),
      ("  optimizer", { fixed($0.parts["optimizer"] ?? 0, 3) }),
      ("floor (products), ms", { fixed($0.floorMs, 3) }),
      ("floor / step", { fixed($0.floorShare, 2) }),
      ("rows/s", { String(Int($0.rowsPerSecond)) }),
      ("bytes a step", { String(Int($0.bytes)) }),
      ("memory, MB a rank", { fixed(Double($0.ownMemory) / 1e6, 0) }),
      ("  resident, at most", { fixed(Double($0.peakMemory) / 1e6, 0) }),
      ("  training state", { fixed(Double($0.stateMemory) / 1e6, 1) }),
    ]
    return head + (isGrouped ? [] : selection) + rest
  }

  /// The whole table, with a line on the machine above and one on collectives below.
  static func text(of results: [BenchResult]) -> String {
    guard let first = results.first else { return "" }
    let hidden = first.hidden.isEmpty ? "linear" : first.hidden.map(String.init).joined(separator: ",")
    let head =
      "\(first.features) features, K \(first.k), decoder \(hidden); "
      + "\(first.ranks) \(first.ranks == 1 ? "rank" : "ranks"), \(first.kernels), "
      + (first.sharesMemory ? "one copy a node" : "one copy a rank") + noise(first)
      + "; T = \(first.temperature)"
    let body = rows(noiseGroups: first.noiseGroups).map { label, value in
      let cells = results.map { result in
        let cell = value(result)
        return String(repeating: " ", count: max(1, 18 - cell.count)) + cell
      }
      return label.padding(toLength: 24, withPad: " ", startingAt: 0) + cells.joined()
    }
    return ([head] + body + ["collective calls a step: \(collectives(first))"]).joined(separator: "\n")
  }

  private static func noise(_ result: BenchResult) -> String {
    switch result.noiseGroups {
    case 1: ""
    case 0: "; noise for each row"
    default: "; noise for \(result.noiseGroups) groups of rows"
    }
  }

  private static func collectives(_ result: BenchResult) -> String {
    let parts = result.collectives.filter { $0.value >= 0.01 }.sorted { $0.key < $1.key }
    return parts.isEmpty
      ? "no collectives" : parts.map { "\(fixed($0.value, 1)) \($0.key)" }.joined(separator: ", ")
  }

  private static func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }
}
