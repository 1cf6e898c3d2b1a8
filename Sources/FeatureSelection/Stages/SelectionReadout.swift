import SelectionReport

/// Reads the selected features out of the trained logits.
struct SelectionReadout: SelectionStage {
  let name = "reading out the selection"
  let participation = StageParticipation.allRanks

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let features = context.session.table.features
    result.selection = Selection(
      of: context.session.state.model, grid: features.grid, names: features.featureNames)
  }
}
