import ArgumentParser
import AtomicFile
import Foundation

/// Whether a command prints what it found for people or for programs.
struct JSONOutput: ParsableArguments {
  @Flag(name: .customLong("json"), help: "Print JSON, with every number, instead of tables.")
  var isJSON = false

  /// Prints a report in the form that is asked for.
  func print(
    _ report: some Encodable, keys: JSONEncoder.KeyEncodingStrategy = .useDefaultKeys,
    text: @autoclosure () -> String
  ) throws {
    guard isJSON else { return try StandardOutput.print(text()) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = keys
    try StandardOutput.print(String(decoding: try encoder.encode(report), as: UTF8.self))
  }
}
