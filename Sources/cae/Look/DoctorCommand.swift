import ArgumentParser
import AtomicFile
import Diagnostics
import Foundation

/// `cae doctor`: what this machine has, and what to mend.
struct DoctorCommand: RankZeroCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "What this machine has for training, and what to mend.",
    discussion: """
      Looks at processor, memory, libraries, mpirun and shared memory, and changes nothing. On a cluster run it on a node \
      (mpirun --host NODE cae doctor). Ends with 0, or with 1 where there is something to mend.
      """
        + HelpDetail.examples(
          "cae doctor",
          "mpirun --host node7 cae doctor"))

  func run() throws {
    let findings = MachineCheck.all.map { (name: $0.name, finding: $0.look()) }
    let width = findings.map(\.name.count).max() ?? 0
    let output = StandardOutput()
    func line(_ mark: String, _ name: String, _ text: String) throws {
      try output.append("\(mark) \(name.padding(toLength: width, withPad: " ", startingAt: 0))  \(text)\n")
    }
    try line(" ", "cae", CommandLineProgram.version)
    for (name, finding) in findings { try line(finding.remedy == nil ? " " : "!", name, finding.text) }
    let faults = findings.filter { $0.finding.remedy != nil }
    guard !faults.isEmpty else { return }
    try output.append("\nto mend:\n")
    for (name, finding) in faults { try line("!", name, finding.remedy ?? "") }
    Foundation.exit(ExitStatus.findings.rawValue)
  }
}
