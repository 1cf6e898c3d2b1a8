import ProcessSupport
import Testing

/// What the program says about itself.
struct HelpTests {
  @Test(arguments: [
    [], ["train"], ["select"], ["report"], ["transform"], ["impute"], ["export"], ["predict"], ["evaluate"],
    ["compare"], ["stability"],
    ["inspect"], ["data"],
    ["data", "mnist"], ["data", "synthetic"],
    ["bench"], ["verify-world"], ["watch"], ["doctor"], ["data", "convert"],
  ])
  func help(of command: [String]) throws {
    let workspace = try Workspace()
    let result = try workspace.cae(command + ["--help"])
    #expect(result.ending == .exited(0))
    #expect(result.errorOutput.isEmpty)
    try Snapshot.expect(
      Snapshot.transcript(command + ["--help"], result: result, in: workspace),
      named: "help/" + (["cae"] + command).joined(separator: "-"))
  }

  @Test("Every exit code that tests meet is in the help")
  func exitCodes() throws {
    let help = try Workspace().cae(["--help"]).output.split(whereSeparator: \.isWhitespace)
    for code in ["0", "2", "3", "4", "5", "6", "7", "8", "75"] { #expect(help.contains(Substring(code))) }
  }

  @Test func version() throws {
    let result = try Workspace().cae(["--version"])
    #expect(result.ending == .exited(0))
    #expect(result.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }
}
