import RunSettings

extension ConfigurationFile {
  /// Every setting with its help as YAML to be edited: those `given` with their values, all others as comments with their
  /// defaults.
  static func template(_ configuration: RunConfiguration, given: Set<String>) -> String {
    var text = "# Settings of `cae train --config FILE`; options of the command line win over them.\n"
    for group in Setting.Group.allCases {
      if !group.rawValue.isEmpty { text += "\n# == \(group.rawValue) ==\n" }
      for setting in Setting.all where setting.group == group {
        let isGiven = given.contains(setting.name)
        let line = line(setting, in: isGiven ? configuration : RunConfiguration())
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
}
