import ConcreteAutoencoder
import DistributedTraining
import FeatureSelection
import Foundation
import RunSettings
import RunStore
import SelectionReport
import Tables

/// All that the page of a run is made from.
package struct RunReport: Sendable {
  /// The run directory, as it was given.
  package var path: String
  /// Every setting.
  package var configuration: RunConfiguration
  /// The data, as far as a model needs to know them.
  package var data: DataDescription
  /// The selected features, the most important first where that is known.
  package var selection: Selection
  /// What came out; nil while the run goes on.
  package var result: StoredResult?
  /// On what it ran; nil while it goes on, and for runs of earlier versions.
  package var placement: RunPlacement?
  /// The lines of metrics.
  package var metrics: [MetricsRecord]
  /// How well each feature is rebuilt; nil where that is not known.
  package var rebuilt: RebuiltFeatures?
  /// Labels beside those that the decoder gives; nil for runs that rebuild features, and where that is not known.
  package var labels: PredictedLabels?
  /// Images of the moments of the run; nil where features are no pixels.
  package var images: MomentImages?
  /// How far selections from draws of the same data agree; nil where that was not measured.
  package var stability: Stability?

  /// Puts the parts together.
  package init(
    path: String, configuration: RunConfiguration, data: DataDescription, selection: Selection,
    result: StoredResult? = nil, placement: RunPlacement? = nil, metrics: [MetricsRecord] = [],
    rebuilt: RebuiltFeatures? = nil, labels: PredictedLabels? = nil, images: MomentImages? = nil
  ) {
    (self.path, self.configuration, self.data, self.selection) = (path, configuration, data, selection)
    (self.result, self.placement, self.metrics) = (result, placement, metrics)
    (self.rebuilt, self.labels, self.images) = (rebuilt, labels, images)
  }

  /// Reads what a run directory holds, as far as it is there. Throws for a model or settings that cannot be used.
  ///
  /// - Parameter held: the held-out rows where they are open already; else they are opened where the run had them.
  package init(_ run: StoredRun, held: HeldOutRows? = nil) throws {
    let (files, schema) = (run.directory, run.bundle.data.schema)
    let selection = run.selection
    let held = held ?? RebuiltShares.heldOut(run)
    self.init(
      path: run.source, configuration: try run.configuration(), data: run.bundle.data,
      selection: selection.hasReasons ? selection.sorted(by: .importance) : selection, result: run.result,
      placement: RunPlacement.read(files.placement), metrics: MetricsLog.read(files.metrics),
      rebuilt: RebuiltFeatures(run, held: held),
      labels: held.flatMap { PredictedLabels(run.bundle, held: $0) },
      images: schema.grid.flatMap { MomentImages(directory: files.images, grid: $0) })
  }

  /// A feature's name, or what there is in its place: of a pixel row and column, from 0.
  package func title(of feature: Int) -> String {
    if let name = data.schema.names?[feature] { return name }
    if let grid { return "(\(feature / grid.columns),\u{a0}\(feature % grid.columns))" }
    return "feature \(feature)"
  }

  /// Whether features were scaled each by its own mean and deviation.
  package var isStandardized: Bool {
    data.preprocessing.isStandardized(by: configuration.data.scale)
  }

  /// How features lie on an image; nil where they are no pixels, or all in one line.
  package var grid: FeatureGrid? { data.schema.grid.flatMap { $0.rows > 1 && $0.columns > 1 ? $0 : nil } }

  /// Each feature's place along an axis, such as a spectrum's: names that are numbers in order, or pixels in one line; nil
  /// where there is no such order.
  package var axis: [Double]? {
    let count = data.schema.featureCount
    if data.schema.grid != nil, grid == nil { return (0..<count).map(Double.init) }
    guard count >= 8, let names = data.schema.names else { return nil }
    let places = names.compactMap { Double($0) }.filter(\.isFinite)
    guard places.count == count else { return nil }
    let steps = zip(places, places.dropFirst())
    return steps.allSatisfy { $0 < $1 } || steps.allSatisfy { $0 > $1 } ? places : nil
  }

  /// Why selectors that are sure of their features may only be as they started; nil where there were steps enough.
  var tooFewSteps: String? {
    guard let rows = placement?.trainingRows ?? data.trainingRows else { return nil }
    let plan = RunPlan(configuration: configuration, trainingRows: rows, validationRows: 0)
    guard let warning = plan.convergenceWarning(featureCount: data.schema.featureCount) else { return nil }
    return "How sure the selectors are may only be how they started: \(warning)."
  }

  /// The place of a selected feature in the page's table, from 1.
  package func rank(_ feature: SelectedFeature) -> Int {
    feature.rank ?? (selection.features.firstIndex { $0.selector == feature.selector } ?? 0) + 1
  }

  /// Whether nothing speaks against a feature: its selector has converged, or the selection is not the selectors'.
  package func isSettled(_ feature: SelectedFeature) -> Bool {
    selection.source != nil || feature.isConverged
  }

  /// Writes the page, all of it or nothing. Throws `FileError`.
  package func write(to path: String) throws { try ReportPage(self).write(to: path) }
}
