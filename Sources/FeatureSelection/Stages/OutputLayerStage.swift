import RunSettings

/// Puts the best ridge regression in the place of the decoder's last layer, if the validation rows are rebuilt better by it.
struct OutputLayerStage: SelectionStage {
  let name = "solving the output layer"
  let participation = StageParticipation.allRanks

  func isOn(_ configuration: RunConfiguration) -> Bool { configuration.refinement.refit }

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    guard result.outcome == .completed, let choice = try OutputLayerChoice(context) else { return }
    result.outputLayer = SolvedOutputLayer(
      ridge: choice.ridge, trained: choice.trained.mean, validation: choice.losses.mean)
  }
}
