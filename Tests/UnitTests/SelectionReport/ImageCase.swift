import SelectionReport
import Testing

/// A grid of some shape with a smooth mean image and a selection on it.
struct ImageCase: Sendable, CustomTestStringConvertible {
  var rows: Int
  var columns: Int
  var k: Int

  var testDescription: String { "\(rows) x \(columns), k \(k)" }
  var grid: ImageGrid { ImageGrid(rows: rows, columns: columns) }

  /// Different features, spread over the grid; every third selector is not converged.
  var selection: Selection {
    let indices = (0..<k).map { ($0 * 7919 + 5) % grid.count }
    return Selection(
      indices: indices, probabilities: (0..<k).map { $0 % 3 == 2 ? 0.4 : 0.99 },
      featureCount: grid.count, grid: grid)
  }

  /// Dim values: none that could be taken for a mark.
  var mean: [Float] {
    (0..<grid.count).map { Float(grid.row(of: $0) + grid.column(of: $0)) / Float(rows + columns) }
  }

  static let all = [
    ImageCase(rows: 28, columns: 28, k: 50), ImageCase(rows: 8, columns: 8, k: 10),
    ImageCase(rows: 1, columns: 1, k: 1), ImageCase(rows: 3, columns: 5, k: 4),
    ImageCase(rows: 60, columns: 10, k: 20), ImageCase(rows: 10, columns: 60, k: 20),
    ImageCase(rows: 1, columns: 617, k: 50), ImageCase(rows: 500, columns: 1, k: 50),
    ImageCase(rows: 2, columns: 392, k: 30), ImageCase(rows: 300, columns: 3, k: 30),
    ImageCase(rows: 100, columns: 100, k: 50), ImageCase(rows: 1, columns: 10_463, k: 60),
    ImageCase(rows: 1, columns: 17, k: 3),
  ]
}
