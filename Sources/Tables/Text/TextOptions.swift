/// How a text table is written, where it is not to be found out from its first rows.
public struct TextOptions: Codable, Hashable, Sendable {
  /// The byte between fields; blanks join.
  public var separator: UInt8?
  /// Whether the first row holds names.
  public var header: Bool?
  /// Whether numbers have a decimal comma.
  public var decimalComma: Bool?

  /// Everything is found out.
  public init(separator: UInt8? = nil, header: Bool? = nil, decimalComma: Bool? = nil) {
    self.separator = separator
    self.header = header
    self.decimalComma = decimalComma
  }
}
