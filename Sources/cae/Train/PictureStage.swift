import FeatureSelection

/// Draws the moments of a run in one picture.
struct PictureStage: SelectionStage {
  let name = "drawing the run"
  let participation = StageParticipation.rankZero
  let observer: RunObserver?

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    try observer?.writeFilmStrip()
  }
}
