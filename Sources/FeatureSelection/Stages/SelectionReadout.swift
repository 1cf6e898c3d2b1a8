import RunStore
import SelectionReport

/// Reads the selected features out of the trained logits.
struct SelectionReadout: SelectionStage {
  let name = "reading out the selection"
  let participation = StageParticipation.allRanks

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let (session, schema) = (context.session, context.session.facts.data.schema)
    let chosen = result.candidates.first(where: \.isChosen)
    result.stored = chosen.map {
      StoredSelection(
        features: $0.features, names: schema.names, probabilities: result.probabilities,
        groupProbabilities: $0.sources.contains("selectors") ? result.convergence?.groupConfidences : nil,
        source: $0.sources.contains("selectors") ? nil : $0.sources[0],
        selectors: result.convergence.map { StoredSelection.Selectors($0) })
    }
    // What could not be judged is what the selectors chose.
    result.selection =
      result.stored.map { Selection($0, of: schema) } ?? Selection(of: session.state.model, schema: schema)
  }
}
