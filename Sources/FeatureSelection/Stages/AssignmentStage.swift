/// Gives every selector a feature of its own and says what that changes.
struct AssignmentStage: SelectionStage {
  let name = "assigning features"
  let participation = StageParticipation.allRanks

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let (assignment, convergence) = try context.settled(result)
    (result.assignment, result.convergence) = (assignment, convergence)
  }
}
