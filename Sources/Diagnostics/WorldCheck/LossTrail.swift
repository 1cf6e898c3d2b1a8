import ConcreteAutoencoder
import DistributedTraining

/// Notes the loss of every step.
final class LossTrail: TrainingObserver {
  private(set) var losses: [Double] = []

  func didStep(_ progress: StepProgress) { losses.append(progress.loss) }
  func didRecord(_ record: MetricsRecord) {}
  func snapshot(epoch: Int, model: Autoencoder<Float>, validationLoss: Double?) throws {}
}
