/// How a text table is written, where it is not to be found out from its first rows.
public struct TextOptions: Codable, Hashable, Sendable {
  /// What stands between fields.
  public enum Separator: String, Codable, Sendable, CaseIterable {
    case auto, comma, tab, semicolon, space, bar

    /// The byte; `nil` where it is to be found out.
    var byte: UInt8? {
      switch self {
      case .auto: nil
      case .comma: UInt8(ascii: ",")
      case .tab: UInt8(ascii: "\t")
      case .semicolon: UInt8(ascii: ";")
      case .space: UInt8(ascii: " ")
      case .bar: UInt8(ascii: "|")
      }
    }
  }

  /// Whether the first row holds names.
  public enum Header: String, Codable, Sendable, CaseIterable { case auto, yes, no }

  /// What stands before decimals.
  public enum Decimal: String, Codable, Sendable, CaseIterable { case auto, point, comma }

  /// What stands between fields; blanks join.
  public var separator = Separator.auto
  /// Whether the first row holds names.
  public var header = Header.auto
  /// What stands before decimals.
  public var decimal = Decimal.auto

  /// Everything is found out.
  public init(separator: Separator = .auto, header: Header = .auto, decimal: Decimal = .auto) {
    self.separator = separator
    self.header = header
    self.decimal = decimal
  }
}
