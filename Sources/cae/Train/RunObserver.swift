import ConcreteAutoencoder
import DistributedTraining
import FeatureSelection
import Foundation
import LinearAlgebra
import RunSettings
import SelectionReport

/// Rank 0's view of a run: progress on the terminal, images of its moments in the run directory.
final class RunObserver: TrainingObserver {
  private let progress: ProgressDisplay?
  private let snapshots: Snapshots?
  private let session: TrainingSession

  /// Images are kept in any case; progress is shown to those who want it.
  init(session: TrainingSession, speaks: Bool) {
    progress =
      speaks ? ProgressDisplay(plan: session.plan, selectors: session.configuration.selector.k) : nil
    snapshots = Snapshots(session: session)
    self.session = session
  }

  func didPlan(_ plan: RunPlan) { progress?.plan(plan) }

  func didStep(_ step: StepProgress) { progress?.show(step) }

  func didRecord(_ record: MetricsRecord) { progress?.show(record) }

  func snapshot(epoch: Int, model: Autoencoder<Float>, validationLoss: Double?) throws {
    guard let path = try snapshots?.take(epoch: epoch, model: model) else { return }
    try session.recorder?.show(imageAt: path, tag: "rebuilt", step: epoch * session.plan.stepsPerEpoch)
  }

  func endProgress() { progress?.end() }

  func take(result selection: Selection, model: Autoencoder<Float>) throws {
    try snapshots?.take(result: selection, model: model)
  }
}
