/// A number, or what follows from the data.
public enum Automatic<Number: Sendable & Equatable>: Sendable, Equatable {
  /// What follows from the data; a run keeps it from its first step on.
  case automatic
  /// This one.
  case fixed(Number)

  /// The number, if it is fixed.
  public var number: Number? {
    if case .fixed(let number) = self { number } else { nil }
  }
}
