import ArgumentParser
import Foundation
import Logging

/// How much a long command says, and in which form.
struct MessageOptions: ParsableArguments {
  @Flag(help: "Print nothing on standard output; warnings and errors still go to standard error.")
  var quiet = false

  @Option(
    help: "Form of the messages on standard error; json: an object a line, with time, level and message.")
  var logFormat = Messages.Form.text

  /// Takes effect for all that follows, and returns the logger of library and command.
  func logger() -> Logger {
    Messages.form = logFormat
    return Logger(label: "cae") { _ in StandardErrorLog() }
  }
}

extension Messages.Form: ExpressibleByArgument {}
