/// How much help is asked for: the common options by `--help`, every one by `--help-all`.
enum HelpDetail {
  /// The option that asks for everything.
  static let all = "--help-all"

  /// Whether the common options alone are shown. Completions and manuals have all.
  static let isBrief =
    !CommandLine.arguments.contains(all)
    && CommandLine.arguments.dropFirst().contains { ["-h", "--help", "help"].contains($0) }

  /// Examples below what a command's help says.
  static func examples(_ lines: String...) -> String {
    "\n\nEXAMPLES:\n" + lines.map { "  \($0)" }.joined(separator: "\n")
  }

  /// The arguments as the parser knows them.
  static func parsed(_ arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return arguments[..<end].map { $0 == all ? "--help" : $0 } + arguments[end...]
  }
}
