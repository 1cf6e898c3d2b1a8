import SelectionReport

/// Reads the selected features out of the trained logits.
struct SelectionReadout: SelectionStage {
  let name = "reading out the selection"
  let participation = StageParticipation.allRanks

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let session = context.session
    result.selection = Selection(of: session.state.model, schema: session.facts.data.schema)
  }
}
