import ConcreteAutoencoder
import Foundation

/// The form in which runs, checkpoints and models keep their settings: one `option: value` a line, a part of YAML, so that a
/// run's settings are a file for `--config` too. The library reads it without all of YAML.
extension ConfigurationFile {
  /// All settings of a configuration.
  package static func text(of configuration: RunConfiguration) -> String {
    Setting.all.map { line($0, in: configuration) }.joined()
  }

  /// A setting's line: the value as it is where YAML takes it so, else in quotes.
  package static func line(_ setting: Setting, in configuration: RunConfiguration) -> String {
    "\(setting.name): \(StoredValue(setting.text(in: configuration)).written)\n"
  }

  /// Reads a file that the program wrote; throws `ConfigurationFileError`.
  package init(path: String) throws {
    try self.init(text: Self.contents(path), path: path)
  }

  /// Reads settings that the program wrote; `path` is for messages. Throws `ConfigurationFileError`.
  package init(text: String, path: String) throws {
    // A value goes on in the lines that begin with a space: earlier versions wrapped long ones.
    var parts: [(name: Substring, value: [Substring], line: Int)] = []
    for (index, bytes) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated()
    {
      let line = Substring(bytes)
      if bytes.first == UInt8(ascii: "#") { continue }
      if bytes.isEmpty || bytes.first == UInt8(ascii: " "), !parts.isEmpty {
        parts[parts.count - 1].value.append(line)
      } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
        parts.append((line[..<colon], [line[bytes.index(after: colon)...]], index + 1))
      } else if !bytes.isEmpty {
        throw ConfigurationFileError(
          path: path, line: index + 1, problem: "is not a setting: there must be one 'option: value' a line")
      }
    }
    let entries = try parts.compactMap { name, lines, line -> Entry? in
      if Self.retired.contains(String(name)) { return nil }
      let setting = try Self.setting(String(name), path: path, line: line)
      guard let value = StoredValue(lines: lines) else {
        throw ConfigurationFileError(
          path: path, line: line,
          problem: "\(name): the quotes of its value do not end, or hold what they may not")
      }
      return (setting, value.text, line)
    }
    try self.init(entries: entries, path: path)
  }
}
