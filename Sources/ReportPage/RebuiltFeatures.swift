import Evaluation
import FeatureSelection
import Tables

/// How well features that were not selected are rebuilt, with some rows of a few of them.
package struct RebuiltFeatures: Sendable {
  /// Values of one feature, in original units.
  package struct Sample: Sendable {
    /// The feature.
    package var feature: Int
    /// The values as they are, and as they are rebuilt.
    package var points: [(true: Double, rebuilt: Double)]

    /// Puts a sample together.
    package init(feature: Int, points: [(true: Double, rebuilt: Double)]) {
      (self.feature, self.points) = (feature, points)
    }
  }

  /// R2 of each feature; nil where it does not vary.
  package var values: [Double?]
  /// R2 of all features together.
  package var overall: Double?
  /// What was measured how: "by the decoder, 10,000 test rows".
  package var source: String
  /// Features that were not selected and vary enough to speak of, the worst rebuilt first.
  package var ordered: [Int]
  /// A worst, a best and two between, where the rows can be read.
  package var samples: [Sample]
  /// Every feature of some rows, in original units; none where values are missing.
  package var rows: [[(true: Double, rebuilt: Double)]]

  /// Rows of which every feature is shown.
  private static let shownRows = 4
  /// Rows of a sample.
  private static let sampleRows = 300
  /// Values of a sample at the most, which all lie in memory.
  private static let mostValues = 4_000_000
  /// A feature whose variation is a smaller share of the largest says nothing by its R2: an edge pixel, say.
  private static let leastVariation = 0.02

  /// Puts the parts together.
  package init(
    values: [Double?], overall: Double? = nil, source: String, ordered: [Int], samples: [Sample] = [],
    rows: [[(true: Double, rebuilt: Double)]] = []
  ) {
    (self.values, self.overall, self.source) = (values, overall, source)
    (self.ordered, self.samples, self.rows) = (ordered, samples, rows)
  }

  /// Measures on `held` rows with the run's decoder, or takes what the result says of linear regression; nil where it says
  /// nothing, or nothing is rebuilt.
  init?(_ run: StoredRun, held: HeldOutRows?) {
    guard let shares = RebuiltShares(run, held: held) else { return nil }
    let selected = Set(run.bundle.selection.features)
    let values = held.map { Self.sample(of: $0, run) } ?? []
    let variations = shares.variations
    let least = (variations?.max() ?? 0) * Self.leastVariation
    let ordered = shares.values.indices.filter {
      shares.values[$0] != nil && !selected.contains($0) && (variations?[$0] ?? 1) > least
    }.sorted { shares.values[$0]! < shares.values[$1]! }
    let places = [0, ordered.count / 4, ordered.count * 3 / 4, ordered.count - 1]
    let shown = values.isEmpty || ordered.count < 4 ? [] : places.map { ordered[$0] }
    let units = run.bundle.data.preprocessing
    func restored(_ points: [(true: Double, rebuilt: Double)], _ feature: Int) -> [(
      true: Double, rebuilt: Double
    )] {
      points.map { (units.restored($0.true, feature: feature), units.restored($0.rebuilt, feature: feature)) }
    }
    let count = held.map { Self.isWhole($0) ? min(Self.shownRows, values.first?.count ?? 0) : 0 } ?? 0
    self.init(
      values: shares.values, overall: shares.overall,
      source: "by \(shares.method == .decoder ? "the decoder" : "linear regression") on "
        + NumberText.rows(shares.rows, shares.part),
      ordered: ordered,
      samples: shown.map { feature in
        Sample(feature: feature, points: restored(values[feature], feature))
      },
      rows: (0..<count).map { row in values.indices.map { restored([values[$0][row]], $0)[0] } })
  }

  /// The rows of a sample.
  private static func rows(of held: HeldOutRows) -> [UInt32] {
    held.rows.sample(min(sampleRows, max(20, mostValues / held.dataset.schema.featureCount)))
  }

  /// Whether the rows that are shown lack no value.
  private static func isWhole(_ held: HeldOutRows) -> Bool {
    let stored: [Float] = held.dataset.table.values(
      of: Array(rows(of: held).prefix(shownRows)), features: 0..<held.dataset.schema.featureCount)
    return stored.allSatisfy { !$0.isNaN }
  }

  /// Of each feature the scaled values of some held-out rows as they are and rebuilt.
  private static func sample(of held: HeldOutRows, _ run: StoredRun) -> [[(true: Double, rebuilt: Double)]] {
    let count = held.dataset.schema.featureCount
    let rows = rows(of: held)
    let originals: [Float] = RowLoader<Float>(held.dataset).values(of: rows)
    let stored: [Float] = held.dataset.hasGaps ? held.dataset.table.values(of: rows, features: 0..<count) : []
    var rebuilt: [Float] = []
    _ = ReconstructionErrors(
      model: run.bundle.model, rows: HeldOutRows(dataset: held.dataset, rows: rows, part: held.part)
    ) { rebuilt += UnsafeBufferPointer(start: $0.base, count: $0.count) }
    return (0..<count).map { feature in
      rows.indices.map { $0 * count + feature }.filter { stored.isEmpty || !stored[$0].isNaN }.map {
        (true: Double(originals[$0]), rebuilt: Double(rebuilt[$0]))
      }
    }
  }
}
