import RunSettings

/// Searches for features by linear regression.
struct SearchStage: SelectionStage {
  let name = "searching for features"
  let participation = StageParticipation.allRanks

  func isOn(_ configuration: RunConfiguration) -> Bool { configuration.refinement.search != .none }

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let session = context.session
    result.search = try LinearSearch(
      session.configuration, session.dataset, constraints: session.constraints, context.communicator)
  }
}
