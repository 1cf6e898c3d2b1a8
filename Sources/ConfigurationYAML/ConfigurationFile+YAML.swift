import RunSettings
import Yams

/// Settings in YAML as people write it: a flat mapping from option names to values.
extension ConfigurationFile {
  /// Reads a file; throws `ConfigurationFileError` for what is not known or not a value.
  package init(yamlAt path: String) throws { try self.init(yaml: Self.contents(path), path: path) }

  /// Reads the text of a file; `path` is for messages. Throws `ConfigurationFileError`.
  package init(yaml text: String, path: String) throws {
    try Self.refuseNesting(text, path: path)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw Self.syntaxError(error, path: path)
    }
    guard let root, root.null == nil else {
      try self.init(entries: [], path: path)
      return
    }
    guard let mapping = root.mapping else {
      throw ConfigurationFileError(
        path: path, line: root.mark?.line, problem: "must be a mapping, one 'option: value' a line")
    }
    let entries = try mapping.compactMap { key, value -> Entry? in
      let line = key.mark?.line
      if let name = key.string, Self.retired.contains(name) { return nil }
      let setting = try Self.setting(key.string ?? "", path: path, line: line)
      return (setting, try Self.text(of: value, for: setting, path: path), line)
    }
    try self.init(entries: entries, path: path)
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
}
