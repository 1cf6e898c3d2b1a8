import Communication
import ConcreteAutoencoder
import Evaluation
import RunSettings

/// Sets the result beside other ways of selecting, on rows that nobody has looked at before.
struct ComparisonStage: SelectionStage {
  let name = "comparing selections"
  let participation = StageParticipation.allRanks

  func isOn(_ configuration: RunConfiguration) -> Bool { configuration.refinement.compare }

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let (session, communicator) = (context.session, context.communicator)
    guard let selection = result.selection else { return }
    let held = session.held
    if held.part != "validation" {
      let validation = Validation(model: session.state.model, dataset: held.dataset, rows: held.rows)
      if let error = try validation.error(held.part, rows: held.rows.count, context) {
        result.errors.append(error)
      }
    }
    let search =
      try result.search
      ?? LinearSearch(
        session.configuration, session.dataset, constraints: session.constraints, communicator)
    result.search = search
    let chosen = selection.features.map(\.feature)
    result.comparison = try SelectionComparison(
      of: chosen, search: search, dataset: session.dataset, held: held, configuration: session.configuration,
      communicator: communicator)
  }
}
