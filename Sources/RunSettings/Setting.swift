import ConcreteAutoencoder

/// One named setting of `RunConfiguration`, declared once: the command line's option and its help, configuration files,
/// tables, checkpoints and the comparison on resume all follow from `Setting.all`.
package struct Setting: Sendable {
  /// What a setting belongs to; the title over it in help.
  package enum Group: String, Sendable, CaseIterable {
    /// What the other settings start from; beside the options that are no settings.
    case start = ""
    /// Which rows.
    case data = "Data"
    /// Selector and decoder.
    case model = "Model"
    /// How long and how fast.
    case training = "Training"
    /// What is done for the selection beside training.
    case refinement = "Selection"
    /// How the selection hardens.
    case temperature = "Temperature"
    /// How ranks share the work.
    case ranks = "Ranks"
    /// What is left behind.
    case output = "Output"
  }

  /// What changing a setting does to a run that is resumed.
  package enum Role: Sendable {
    /// It would be another run.
    case identity
    /// It may differ: the numbers stay the same.
    case free
  }

  /// The name: the command-line option without dashes and the key in files.
  package let name: String
  /// What it belongs to.
  package let group: Group
  /// Whether it may change on resume.
  package let role: Role
  /// The option's one-letter form, if it has one.
  package let short: Character?
  /// What it does, in a sentence.
  package let summary: String
  /// What help calls its value; nil: the setting's own name.
  package let valueName: String?
  /// What a right value looks like, for messages.
  package let expectation: String
  /// How its values are written.
  package let form: SettingForm
  /// Whether it may be given more than once, which is the same as commas between the values.
  package let repeats: Bool
  private let emptyMeans: String?
  private let read: @Sendable (RunConfiguration) -> String
  private let write: @Sendable (inout RunConfiguration, String) -> Bool

  /// Declares a setting; `emptyMeans` says what holds where the default is the empty text.
  init<Value: SettingValue>(
    _ name: String, _ path: WritableKeyPath<RunConfiguration, Value> & Sendable, _ group: Group,
    _ summary: String, value valueName: String? = nil, short: Character? = nil,
    emptyMeans: String? = nil, repeats: Bool = false, onResume role: Role = .identity
  ) {
    (self.name, self.group, self.role, self.short) = (name, group, role, short)
    self.repeats = repeats
    (self.summary, self.valueName, self.emptyMeans) = (summary, valueName, emptyMeans)
    (expectation, form) = (Value.expectation, Value.form)
    read = { $0[keyPath: path].settingText }
    write = { configuration, text in
      guard let value = Value(settingText: text) else { return false }
      configuration[keyPath: path] = value
      return true
    }
  }

  /// The setting's value in a configuration, as text.
  package func text(in configuration: RunConfiguration) -> String { read(configuration) }

  /// Sets it from text; throws `ConfigurationError` when the text is not of its type.
  package func set(_ text: String, in configuration: inout RunConfiguration) throws {
    guard write(&configuration, text) else {
      throw ConfigurationError(option: name, problem: "'\(text)' is not \(expectation)")
    }
  }

  /// Whether a text is a value of its type.
  package func accepts(_ text: String) -> Bool {
    var probe = RunConfiguration()
    return write(&probe, text)
  }

  /// The default as help shows it: that of `RunConfiguration()`; nil if it is the empty text and nothing else holds.
  package var defaultText: String? {
    let text = text(in: RunConfiguration())
    if text.isEmpty { return emptyMeans }
    return form == .number && text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// What help says: the summary, the default (or what stands in its place), the values there are to choose from.
  package func help(default replacement: String? = nil) -> String {
    var parts = [summary]
    if let text = replacement ?? defaultText { parts.append("(default: \(text))") }
    if case .choice(let values) = form { parts.append("(values: \(values.joined(separator: ", ")))") }
    return parts.joined(separator: " ")
  }

  /// The settings that most runs need, which help shows first.
  package static let common: Set<String> = [
    "recipe", "data", "test", "label", "id", "group", "exclude", "missing", "k", "task", "hidden", "epochs",
    "batch-size",
    "seed", "search", "keep", "never", "run-dir", "report",
  ]

  /// The setting of a name, or nil.
  package static func named(_ name: String) -> Setting? { all.first { $0.name == name } }
}
