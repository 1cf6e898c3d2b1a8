import AtomicFile
import ConcreteAutoencoder
import Foundation
import Tables
import Yams

/// A configuration file that cannot be used: where, and why.
package struct ConfigurationFileError: Error, Sendable, CustomStringConvertible {
  /// The file.
  package let path: String
  /// The line, from 1, where it is known.
  package let line: Int?
  /// What is wrong and what to do.
  package let problem: String

  /// The text shown to the user.
  package var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(problem)" }
}

/// Settings in YAML: a flat mapping from option names to values.
package struct ConfigurationFile: Sendable {
  /// The settings it names, with their text, in the file's order.
  package let entries: [(setting: Setting, text: String, line: Int?)]
  private let path: String

  /// Reads a file; throws `ConfigurationFileError` for what is not known or not a value.
  package init(path: String) throws {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      var isDirectory: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      let problem =
        !exists
        ? "there is no such file" : isDirectory.boolValue ? "is a directory" : "cannot be read as text"
      throw ConfigurationFileError(path: path, line: nil, problem: "\(problem); check the path")
    }
    try self.init(text: text, path: path)
  }

  /// Reads the text of a file; `path` is for messages.
  package init(text: String, path: String) throws {
    self.path = path
    try Self.refuseNesting(text, path: path)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw Self.syntaxError(error, path: path)
    }
    guard let root, root.null == nil else {
      entries = []
      return
    }
    guard let mapping = root.mapping else {
      throw ConfigurationFileError(
        path: path, line: root.mark?.line, problem: "must be a mapping, one 'option: value' a line")
    }
    var lines: [String: Int?] = [:]
    entries = try mapping.map { key, value in
      let line = key.mark?.line
      let name = key.string ?? ""
      guard let setting = Setting.named(name) else {
        let hint =
          NearestName.of(name, among: Setting.all.map(\.name)).map { "; did you mean '\($0)'?" }
          ?? "; options are named as in `cae train --help`, without dashes in front"
        throw ConfigurationFileError(path: path, line: line, problem: "unknown option '\(name)'\(hint)")
      }
      if let earlier = lines.updateValue(line, forKey: name) {
        let place = earlier.map { " (line \($0))" } ?? ""
        throw ConfigurationFileError(
          path: path, line: line, problem: "'\(name)' is given before already\(place); keep one of the two")
      }
      return (setting, try Self.text(of: value, for: setting, path: path), line)
    }
  }

  /// The YAML library calls itself for each level, and would run out of stack in a file made for that.
  private static func refuseNesting(_ text: String, path: String) throws {
    // A level takes a bracket, a dash or question mark in one line, or a further column of indentation.
    let (largestSize, mostLevels) = (1 << 20, 1_000)
    var (brackets, dashes, line) = (0, 0, 1)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
      case UInt8(ascii: "-"), UInt8(ascii: "?"): dashes += 1
      case UInt8(ascii: "\n"): (dashes, line) = (0, line + 1)
      default: break
      }
      guard brackets + dashes <= mostLevels else {
        throw ConfigurationFileError(
          path: path, line: line, problem: "nests too deeply; write one 'option: value' a line")
      }
    }
    guard text.utf8.count <= largestSize else {
      throw ConfigurationFileError(path: path, line: nil, problem: "is over 1 MB, which no configuration is")
    }
  }

  private static func syntaxError(_ error: YamlError, path: String) -> ConfigurationFileError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      ConfigurationFileError(path: path, line: mark.line, problem: "is not YAML: \(problem)")
    default:
      ConfigurationFileError(path: path, line: nil, problem: "is not YAML: \(error)")
    }
  }

  private static func text(of node: Node, for setting: Setting, path: String) throws -> String {
    if case .scalar(let scalar) = node { return scalar.string }
    if [.list, .texts].contains(setting.form) || setting.repeats, case .sequence(let sequence) = node {
      let texts = sequence.compactMap { $0.scalar?.string }
      // An empty element would vanish among the commas.
      if texts.count == sequence.count, !texts.contains("") { return texts.joined(separator: ",") }
    }
    throw ConfigurationFileError(
      path: path, line: node.mark?.line, problem: "\(setting.name): must be \(setting.expectation)")
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

  private func set(
    _ entry: (setting: Setting, text: String, line: Int?), in configuration: inout RunConfiguration
  ) throws {
    do {
      try entry.setting.set(entry.text, in: &configuration)
    } catch let error as ConfigurationError {
      throw ConfigurationFileError(
        path: path, line: entry.line, problem: "\(error.option): \(error.problem)")
    }
  }

  /// Every setting with its help as YAML to be edited: those `given` with their values, all others as comments with their
  /// defaults.
  package static func template(_ configuration: RunConfiguration, given: Set<String>) throws -> String {
    var text = "# Settings of `cae train --config FILE`; options of the command line win over them.\n"
    for group in Setting.Group.allCases {
      if !group.rawValue.isEmpty { text += "\n# == \(group.rawValue) ==\n" }
      for setting in Setting.all where setting.group == group {
        let isGiven = given.contains(setting.name)
        let value = setting.text(in: isGiven ? configuration : RunConfiguration())
        let line = try Yams.serialize(
          node: Node([(Node(setting.name), Node(value, Tag(.implicit)))], .implicit), width: -1)
        text += "\n" + wrapped(setting.help()).map { "# \($0)\n" }.joined() + (isGiven ? "" : "#") + line
      }
    }
    return text
  }

  /// A text in lines of at most 98 characters, as far as its words allow.
  private static func wrapped(_ text: String) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].count + word.count >= 98 { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
    }
    return lines
  }

  /// All settings of a configuration as YAML that reads back the same.
  package static func text(of configuration: RunConfiguration) throws -> String {
    let pairs = Setting.all.map { setting in
      (Node(setting.name), Node(setting.text(in: configuration), Tag(.implicit)))
    }
    return try Yams.serialize(node: Node(pairs, .implicit))
  }
}
