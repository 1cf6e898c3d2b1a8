import ConcreteAutoencoder
import DistributedTraining

/// An observer made of closures.
final class CallbackObserver: TrainingObserver {
  private let onStep: (Int) -> Void
  private(set) var snapshots: [Int] = []
  private(set) var records: [MetricsRecord] = []

  init(onStep: @escaping (Int) -> Void = { _ in }) { self.onStep = onStep }

  func didStep(_ progress: StepProgress) { onStep(progress.step) }
  func didRecord(_ record: MetricsRecord) { records.append(record) }
  func snapshot(epoch: Int, model: Autoencoder<Float>, validationLoss: Double?) throws {
    snapshots.append(epoch)
  }
}
