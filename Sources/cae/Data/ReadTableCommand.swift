import ArgumentParser
import Tables

/// `cae read-table`: what this program calls itself for, to read a file with somebody else's library.
struct ReadTableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: ReaderProcess.command,
    abstract: "Read a table for another process of this program.", shouldDisplay: false)

  func run() throws { try ReaderProcess.answer() }
}
