import AtomicFile
import ConcreteAutoencoder
import Foundation
import Tables

/// A configuration file that cannot be used: where, and why.
package struct ConfigurationFileError: Error, Sendable, CustomStringConvertible {
  /// The file.
  package let path: String
  /// The line, from 1, where it is known.
  package let line: Int?
  /// What is wrong and what to do.
  package let problem: String

  /// An error with all its parts.
  package init(path: String, line: Int?, problem: String) {
    (self.path, self.line, self.problem) = (path, line, problem)
  }

  /// The text shown to the user.
  package var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(problem)" }
}

/// What a file says of settings: option names and values.
///
/// Files that the program writes are read by `init(text:path:)`; those that people write, in all of YAML, by the program's
/// `init(yaml:path:)`.
package struct ConfigurationFile: Sendable {
  /// A setting with the text of its value, and the line it stands on.
  package typealias Entry = (setting: Setting, text: String, line: Int?)

  /// The settings it names, in the file's order.
  package let entries: [Entry]
  private let path: String

  /// Settings with their values; throws `ConfigurationFileError` for one given twice.
  package init(entries: [Entry], path: String) throws {
    var lines: [String: Int?] = [:]
    for entry in entries {
      guard let earlier = lines.updateValue(entry.line, forKey: entry.setting.name) else { continue }
      let place = earlier.map { " (line \($0))" } ?? ""
      throw ConfigurationFileError(
        path: path, line: entry.line,
        problem: "'\(entry.setting.name)' is given before already\(place); keep one of the two")
    }
    (self.entries, self.path) = (entries, path)
  }

  /// Options of earlier versions that decided on speed and last digits alone: files that name them are read as if they did not.
  package static let retired: Set<String> = ["reduction", "threads"]

  /// The setting of a name; throws `ConfigurationFileError` with the nearest names if there is none.
  package static func setting(_ name: String, path: String, line: Int?) throws -> Setting {
    if let setting = Setting.named(name) { return setting }
    let hint =
      NearestName.of(name, among: Setting.all.map(\.name)).map { "; did you mean '\($0)'?" }
      ?? "; options are named as in `cae train --help`, without dashes in front"
    throw ConfigurationFileError(path: path, line: line, problem: "unknown option '\(name)'\(hint)")
  }

  /// The text of a file; throws `ConfigurationFileError`.
  package static func contents(_ path: String) throws -> String {
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      var isDirectory: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      let problem =
        !exists
        ? "there is no such file" : isDirectory.boolValue ? "is a directory" : "cannot be read as text"
      throw ConfigurationFileError(path: path, line: nil, problem: "\(problem); check the path")
    }
  }

  /// The recipe the file names, if it does.
  package func recipe() throws -> Recipe? {
    guard let entry = entries.first(where: { $0.setting.name == "recipe" }) else { return nil }
    var probe = RunConfiguration()
    try set(entry, in: &probe)
    return probe.recipe
  }

  /// The configuration of a file that names every setting, as runs save it.
  package func wholeConfiguration() throws -> RunConfiguration {
    var configuration = RunConfiguration()
    for entry in entries { try set(entry, in: &configuration) }
    return configuration
  }

  /// Puts every setting of the file into `configuration`.
  package func apply(to configuration: inout RunConfiguration) throws {
    for entry in entries where entry.setting.name != "recipe" { try set(entry, in: &configuration) }
  }

  private func set(_ entry: Entry, in configuration: inout RunConfiguration) throws {
    do {
      try entry.setting.set(entry.text, in: &configuration)
    } catch let error as ConfigurationError {
      throw ConfigurationFileError(
        path: path, line: entry.line, problem: "\(error.option): \(error.problem)")
    }
  }
}
