/// Texts that stand for missing values in a table of text, beside those that are known to.
public struct MissingCodes: Sendable, Hashable {
  /// As fields have them.
  public var texts: [String]

  /// These texts.
  public init(_ texts: [String] = []) { self.texts = texts }
}
