import RunSettings

/// Some of the settings, as a type: the argument parser keeps one value of each type of options.
protocol SettingList {
  /// The settings.
  static var settings: [Setting] { get }
  /// What holds where an option is left out, if it is not the settings' own defaults.
  static var defaultText: String? { get }
  /// Whether help shows the common ones alone.
  static var isBrief: Bool { get }
}

extension SettingList {
  static var defaultText: String? { nil }
  static var isBrief: Bool { false }
}

/// The settings of a group.
protocol SettingGroup: SettingList {
  static var group: Setting.Group { get }
}

extension SettingGroup {
  static var settings: [Setting] { Setting.all.filter { $0.group == group } }
  static var isBrief: Bool { HelpDetail.isBrief }
}

extension Setting {
  /// How a table is read.
  static let reading = all(
    "format", "names", "names-from", "transpose", "label", "id", "split", "group", "weight", "include",
    "exclude",
    "text-columns", "separator", "header", "decimal", "missing-codes")

  /// How a selection is measured by regressions, and by decoders trained on it.
  static let fitting = all(
    "scale", "missing", "validation-fraction", "test-fraction", "task", "seed",
    "hidden", "dropout", "layer-norm", "epochs", "batch-size", "learning-rate")

  /// The settings of these names.
  static func all(_ names: String...) -> [Setting] {
    names.map { name in
      guard let setting = named(name) else { preconditionFailure("no setting is named \(name)") }
      return setting
    }
  }
}
