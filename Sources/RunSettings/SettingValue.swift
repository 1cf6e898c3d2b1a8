import ConcreteAutoencoder
import Foundation
import Tables

/// A value that a setting can have, written as text in configuration files and checkpoints.
package protocol SettingValue: Sendable {
  /// Reads the text; nil if it is not of this type.
  init?(settingText: String)
  /// The text that reads back as this value.
  var settingText: String { get }
  /// What a right value looks like, for messages.
  static var expectation: String { get }
  /// How values are written.
  static var form: SettingForm { get }
}

/// How a setting's values are written, on the command line and in files.
package enum SettingForm: Sendable, Equatable {
  /// `true` or `false`; on the command line the option alone, or with `no-` before its name.
  case flag
  /// A number, which may begin with a dash.
  case number
  /// Numbers with commas between them; in files also a YAML sequence.
  case list
  /// Texts with commas between them, which may begin with a dash; in files also a YAML sequence.
  case texts
  /// One of these words.
  case choice([String])
  /// Any text.
  case text
}

extension Int: SettingValue {
  /// Reads a whole number.
  package init?(settingText: String) { self.init(settingText) }
  /// Decimal digits.
  package var settingText: String { String(self) }
  /// For messages.
  package static var expectation: String { "a whole number" }
  /// For the command line.
  package static var form: SettingForm { .number }
}

extension UInt64: SettingValue {
  /// Reads a whole number.
  package init?(settingText: String) { self.init(settingText) }
  /// Decimal digits.
  package var settingText: String { String(self) }
  /// For messages.
  package static var expectation: String { "a whole number of at least 0" }
  /// For the command line.
  package static var form: SettingForm { .number }
}

extension Double: SettingValue {
  /// Reads a number.
  package init?(settingText: String) { self.init(settingText) }
  /// The shortest text that gives the same number.
  package var settingText: String { description }
  /// For messages.
  package static var expectation: String { "a number" }
  /// For the command line.
  package static var form: SettingForm { .number }
}

extension Automatic: SettingValue where Number: SettingValue {
  /// Reads a number or `auto`.
  package init?(settingText: String) {
    if settingText == "auto" {
      self = .automatic
    } else if let number = Number(settingText: settingText) {
      self = .fixed(number)
    } else {
      return nil
    }
  }

  /// The number or `auto`.
  package var settingText: String { number?.settingText ?? "auto" }
  /// For messages.
  package static var expectation: String { "\(Number.expectation) or auto" }
  /// For the command line.
  package static var form: SettingForm { .number }
}

extension Bool: SettingValue {
  /// Reads `true` or `false`.
  package init?(settingText: String) { self.init(settingText) }
  /// `true` or `false`.
  package var settingText: String { description }
  /// For messages.
  package static var expectation: String { "true or false" }
  /// For the command line.
  package static var form: SettingForm { .flag }
}

extension String: SettingValue {
  /// Any text.
  package init?(settingText: String) { self = settingText }
  /// The text itself.
  package var settingText: String { self }
  /// For messages.
  package static var expectation: String { "text" }
  /// For the command line.
  package static var form: SettingForm { .text }
}

extension Array: SettingValue where Element == Int {
  /// Reads whole numbers with commas between them; `none` or nothing is the empty list.
  package init?(settingText: String) {
    if settingText.isEmpty || settingText == "none" {
      self = []
      return
    }
    var numbers: [Int] = []
    for part in settingText.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Int(part.trimmingCharacters(in: .whitespaces)) else { return nil }
      numbers.append(number)
    }
    self = numbers
  }

  /// The numbers with commas between them, or `none`.
  package var settingText: String { isEmpty ? "none" : map(String.init).joined(separator: ",") }
  /// For messages.
  package static var expectation: String { "whole numbers with commas between them, or none" }
  /// For the command line.
  package static var form: SettingForm { .list }
}

/// A setting of texts with commas between them.
package protocol TextListSetting: SettingValue {
  /// The value of these texts; nil if they are none.
  init?(_ texts: [String])
  /// The texts it was made of.
  var texts: [String] { get }
}

extension TextListSetting {
  /// Reads texts with commas between them; nothing is none.
  package init?(settingText: String) {
    self.init(settingText.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
  }

  /// The texts with commas between them.
  package var settingText: String { texts.joined(separator: ",") }
}

extension ColumnPatterns: TextListSetting {
  /// For messages.
  package static var expectation: String { "names of columns with commas between them" }
  /// For the command line.
  package static var form: SettingForm { .text }
}

extension MissingCodes: TextListSetting {
  /// For messages.
  package static var expectation: String { "texts with commas between them" }
  /// For the command line.
  package static var form: SettingForm { .texts }
}

extension SettingValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  /// Reads a case's name.
  package init?(settingText: String) { self.init(rawValue: settingText) }
  /// The case's name.
  package var settingText: String { rawValue }
  /// For messages: all cases.
  package static var expectation: String { "one of " + allCases.map(\.rawValue).joined(separator: ", ") }
  /// For the command line: all cases.
  package static var form: SettingForm { .choice(allCases.map(\.rawValue)) }
}

extension Recipe: SettingValue {}
extension SearchUse: SettingValue {}
extension ScaleMethod: SettingValue {}
extension MissingPolicy: SettingValue {}
extension ColumnChoice.TextColumns: SettingValue {}
extension TextOptions.Separator: SettingValue {
  /// Reads its name, or the character itself.
  package init?(settingText: String) {
    let characters: [String: Self] = [
      ",": .comma, ";": .semicolon, "\t": .tab, "\\t": .tab, " ": .space, "|": .bar,
    ]
    guard let value = Self(rawValue: settingText) ?? characters[settingText] else { return nil }
    self = value
  }
}
extension TextOptions.Header: SettingValue {}
extension TextOptions.Decimal: SettingValue {}
extension RowDraw: SettingValue {}
extension NonFinitePolicy: SettingValue {}
extension LearningTask: SettingValue {}
extension InitialLogits: SettingValue {}
extension Parametrization: SettingValue {}
extension RateDecay: SettingValue {}
extension Annealing: SettingValue {}
extension AnnealingUnit: SettingValue {}
