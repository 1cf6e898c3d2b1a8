import ArgumentParser
import Foundation
import RunSettings

/// How much a long command says, and in which form.
struct MessageOptions: ParsableArguments {
  @Flag(help: "Print nothing on standard output; warnings and errors still go to standard error.")
  var quiet = false

  @Option(
    help:
      "Form of messages; json: an object a line on standard error, with time, level and message, notes as well."
  )
  var logFormat = Messages.Form.text

  /// Takes effect for all that follows, and returns where the library's messages go.
  func begin() -> RunLog {
    Messages.form = logFormat
    return Messages.log
  }
}

extension Messages.Form: ExpressibleByArgument {}
