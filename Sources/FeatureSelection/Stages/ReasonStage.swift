import Evaluation

/// Says why each feature belongs to the selection.
struct ReasonStage: SelectionStage {
  let name = "giving reasons"
  let participation = StageParticipation.rankZero

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    guard let selection = result.selection, let search = result.search else { return }
    result.reasons = SelectionReasons(
      selection.features.map(\.feature), moments: search.moments, constraints: search.constraints)
  }
}
