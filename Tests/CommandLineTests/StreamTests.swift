import Foundation
import ProcessSupport
import Testing

/// Standard streams that are full, closed or read by nobody.
struct StreamTests {
  /// Runs a line of shell in a workspace, where `$cae` is the program and `$train` a short training.
  private func shell(_ line: String, in workspace: Workspace) throws -> ProcessResult {
    let shell = try #require(Program.named("sh"))
    let head =
      "cae='\(workspace.program.path)'; train=\"$cae train \(Workspace.shortRun.joined(separator: " "))\"; "
    return try shell.run(["-c", head + line], directory: workspace.directory.path)
  }

  @Test(
    "Where standard output is full, a command says so and ends with code 5",
    arguments: [
      "select run", "--help", "train --help", "--version", "inspect run/model.safetensors",
      "evaluate run --data digits", "compare --data digits -k 4 --only greedy",
      "data synthetic --output more --train 10 --test 2",
    ])
  func full(command: String) throws {
    let result = try shell("$cae \(command) > /dev/full", in: try Workspace.withFinishedRun())
    #expect(result.ending == .exited(5), "\(result)")
    #expect(result.errorOutput.contains("cannot write to standard output: No space left"), "\(result)")
  }

  @Test(
    "Where nobody reads standard output, a command ends quietly",
    arguments: ["select run", "--help", "inspect run/model.safetensors", "compare --data digits -k 4"])
  func unread(command: String) throws {
    let result = try shell(
      "{ $cae \(command); echo \"code $?\" >&2; } | true", in: try Workspace.withFinishedRun())
    #expect(result.errorOutput.split(separator: "\n").last == "code 0", "\(result)")
    #expect(!result.errorOutput.contains("error"), "\(result)")
  }

  @Test(
    "A training goes on to its end where it cannot print",
    arguments: [
      ("> /dev/full", 5), ("2> /dev/full", 0), ("<&- >&- 2>&-", 0), ("| true", 0), ("2>&- | head -n 1", 0),
    ])
  func training(streams: String, code: Int) throws {
    let workspace = try Workspace.withFinishedRun()
    let result = try shell(
      "{ $train --run-dir other; echo $? > code; } \(streams)", in: workspace)
    #expect(try workspace.text("code") == "\(code)\n", "\(result)")
    #expect(result.errorOutput.contains("the files are") == (code == 5), "\(result)")
    for file in ["model.safetensors", "selected.csv"] {
      #expect(try workspace.bytes("run/\(file)") == workspace.bytes("other/\(file)"), "\(file)")
    }
    #expect(try workspace.text("other/lock").hasPrefix("host "))
    let lines = try workspace.text("other/metrics.jsonl").split(separator: "\n")
    #expect(lines.count == 3)
    for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
  }

  @Test("Nothing that is printed lands in a file that is opened, where the streams are closed")
  func closed() throws {
    let workspace = try Workspace()
    _ = try shell("$train --run-dir run <&- >&- 2>&-", in: workspace)
    let lines = try workspace.text("run/metrics.jsonl").split(separator: "\n")
    #expect(lines.count == 3 && lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
    #expect(try workspace.text("run/lock").wholeMatch(of: /host \S+, process \d+/) != nil)
  }

  @Test("An error keeps its code where standard error cannot be written")
  func errorOutput() throws {
    let workspace = try Workspace()
    for streams in ["2> /dev/full", "2>&-"] {
      #expect(try shell("$cae select nowhere \(streams)", in: workspace).ending == .exited(4))
      #expect(try shell("$cae --nonsense \(streams)", in: workspace).ending == .exited(2))
    }
  }
}
