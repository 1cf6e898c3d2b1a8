import FeatureSelection

/// Draws the result, and the moments of a run in one picture.
struct PictureStage: SelectionStage {
  let name = "drawing the run"
  let participation = StageParticipation.rankZero
  let observer: RunObserver?

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    if let selection = result.selection {
      try observer?.take(result: selection, model: context.session.state.model)
    }
    try observer?.writeFilmStrip()
  }
}
