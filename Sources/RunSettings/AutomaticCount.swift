/// A number, or what follows from the data.
public enum AutomaticCount: Sendable, Equatable {
  /// What follows from the data; a run keeps it from its first step on.
  case automatic
  /// So many.
  case fixed(Int)

  /// The number, if it is fixed.
  public var number: Int? {
    if case .fixed(let number) = self { number } else { nil }
  }
}

extension AutomaticCount: SettingValue {
  /// Reads a whole number or `auto`.
  public init?(settingText: String) {
    if settingText == "auto" {
      self = .automatic
    } else if let number = Int(settingText) {
      self = .fixed(number)
    } else {
      return nil
    }
  }

  /// The number or `auto`.
  public var settingText: String { number.map(String.init) ?? "auto" }
  /// For messages.
  public static var expectation: String { "a whole number or auto" }
  /// For the command line.
  public static var form: SettingForm { .number }
}
