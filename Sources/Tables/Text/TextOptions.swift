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
  /// What stands for missing values, beside what is known to: "-999", "unknown".
  public var missingCodes = MissingCodes()

  /// Everything is found out.
  public init(
    separator: Separator = .auto, header: Header = .auto, decimal: Decimal = .auto,
    missingCodes: MissingCodes = MissingCodes()
  ) {
    self.separator = separator
    self.header = header
    self.decimal = decimal
    self.missingCodes = missingCodes
  }
}

extension TextOptions {
  private enum Key: String, CodingKey { case separator, header, decimal, missingCodes }

  /// Reads what `encode(to:)` wrote.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    separator = try values.decode(Separator.self, forKey: .separator)
    header = try values.decode(Header.self, forKey: .header)
    decimal = try values.decode(Decimal.self, forKey: .decimal)
    missingCodes = MissingCodes(try values.decodeIfPresent([String].self, forKey: .missingCodes) ?? [])
  }

  /// Writes everything; codes where there are some, so that tables that were read without stay known.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(separator, forKey: .separator)
    try values.encode(header, forKey: .header)
    try values.encode(decimal, forKey: .decimal)
    if !missingCodes.texts.isEmpty { try values.encode(missingCodes.texts, forKey: .missingCodes) }
  }
}
