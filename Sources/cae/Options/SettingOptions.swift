import ArgumentParser
import RunSettings

/// Settings as options of the command line, made from their declarations.
///
/// The argument parser finds options by reflection and hands over values by decoding, so both are answered here from
/// `Setting` in place of stored properties.
struct SettingOptions<List: SettingList>: ParsableArguments, CustomReflectable {
  private var texts: [String: String] = [:]

  init() {}

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Name.self)
    for setting in List.settings {
      let name = Name(stringValue: setting.name)
      switch (setting.form, setting.repeats) {
      case (.flag, _):
        texts[setting.name] = try values.decode(Flag<Bool?>.self, forKey: name).wrappedValue?.settingText
      case (_, true):
        let given = try values.decode(Option<[String]>.self, forKey: name).wrappedValue
        texts[setting.name] = given.isEmpty ? nil : given.joined(separator: ",")
      default: texts[setting.name] = try values.decode(Option<String?>.self, forKey: name).wrappedValue
      }
    }
  }

  /// What was given, by the settings' names.
  var given: Set<String> { Set(texts.keys) }

  /// What was given for a setting; nil if it was left out.
  func text(of name: String) -> String? { texts[name] }

  /// Puts what was given into a configuration.
  func apply(to configuration: inout RunConfiguration) throws {
    for setting in List.settings {
      if let text = texts[setting.name] { try setting.set(text, in: &configuration) }
    }
  }

  var customMirror: Mirror {
    Mirror(self, children: List.settings.map { (label: "_\($0.name)", value: Self.option($0)) })
  }

  private static func option(_ setting: Setting) -> Any {
    let help = ArgumentHelp(
      setting.help(default: List.defaultText), valueName: setting.valueName,
      visibility: List.isBrief && !Setting.common.contains(setting.name) ? .hidden : .default)
    var names = NameSpecification([.customLong(setting.name)])
    if let short = setting.short {
      names = [.customShort(short, allowingJoined: true), .customLong(setting.name)]
    }
    if setting.form == .flag { return Flag<Bool?>(name: names, inversion: .prefixedNo, help: help) }
    @Sendable func value(_ text: String) throws -> String {
      guard setting.accepts(text) else { throw ValidationError("it must be \(setting.expectation)") }
      return text
    }
    if setting.repeats {
      return Option<[String]>(
        wrappedValue: [], name: names, help: help, completion: completion(setting), transform: value)
    }
    return Option<String?>(
      name: names,
      // What begins with a dash is a value here, to be refused as such, not a missing one.
      parsing: [.number, .list, .texts].contains(setting.form) ? .unconditional : .next,
      help: help, completion: completion(setting), transform: value)
  }

  private static func completion(_ setting: Setting) -> CompletionKind? {
    switch (setting.form, setting.valueName) {
    case (.choice(let values), _): .list(values)
    case (_, "dir"): .directory
    case (_, "file"), (_, "path"): .file()
    default: nil
    }
  }

  /// A setting's name, by which the parser hands over its value.
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
