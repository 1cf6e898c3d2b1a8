import AtomicFile

/// Writes all that came out.
struct ResultFileStage: SelectionStage {
  let name = "writing the result"
  let participation = StageParticipation.rankZero

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let path = context.session.directory.result
    result.files.append(.init(name: "result", path: path))
    try AtomicFile.write(try result.json(facts: context.session.facts), to: path)
  }
}
