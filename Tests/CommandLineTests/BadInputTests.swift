import ProcessSupport
import Testing

/// Bad input: a message that says what to do, the documented exit code, and nothing changed on disk.
struct BadInputTests {
  @Test(arguments: BadInput.options + BadInput.configurations) func settings(_ input: BadInput) throws {
    try check(input)
  }

  @Test(arguments: BadInput.data) func data(_ input: BadInput) throws { try check(input) }

  @Test(arguments: BadInput.runs) func runs(_ input: BadInput) throws { try check(input) }

  @Test(arguments: BadInput.looking) func looking(_ input: BadInput) throws { try check(input) }

  @Test func caseNamesDiffer() {
    let names =
      (BadInput.options + BadInput.configurations + BadInput.data + BadInput.runs + BadInput.looking)
      .map(\.name)
    #expect(Set(names).count == names.count)
  }

  private func check(_ input: BadInput) throws {
    let workspace = input.needsRun ? try Workspace.withFinishedRun() : try Workspace()
    try input.prepare(workspace)
    let before = try DirectoryContents(of: workspace.directory.path)
    let result = try workspace.cae(input.arguments, environment: input.environment)
    #expect(result.ending == .exited(input.code), "\(result)")
    #expect(result.output.isEmpty)
    let after = try DirectoryContents(of: workspace.directory.path)
    #expect(before.changes(to: after) == [])
    try Snapshot.expect(
      Snapshot.transcript(
        input.arguments, environment: input.environment, result: result, in: workspace),
      named: "errors/\(input.name)")
  }
}
