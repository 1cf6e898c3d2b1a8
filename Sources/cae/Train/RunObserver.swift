import ConcreteAutoencoder
import DistributedTraining
import FeatureSelection
import Foundation
import LinearAlgebra
import RunSettings
import SelectionReport

/// Rank 0's view of a run: progress on the terminal, images of its moments in the run directory.
final class RunObserver: TrainingObserver {
  private let progress: ProgressDisplay
  private let snapshots: Snapshots?

  init(session: TrainingSession) {
    progress = ProgressDisplay(plan: session.plan)
    snapshots = Snapshots(session: session)
  }

  func didPlan(_ plan: RunPlan) { progress.plan(plan) }

  func didStep(_ step: StepProgress) { progress.show(step) }

  func didRecord(_ record: MetricsRecord) { progress.show(record) }

  func snapshot(epoch: Int, model: Autoencoder<Float>, validationLoss: Double?) throws {
    try snapshots?.take(epoch: epoch, model: model)
  }

  func endProgress() { progress.end() }

  func take(result selection: Selection, model: Autoencoder<Float>) throws {
    try snapshots?.take(result: selection, model: model)
  }
}
