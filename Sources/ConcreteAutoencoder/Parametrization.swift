/// What the selector's logits are made of.
public enum Parametrization: String, Sendable, CaseIterable {
  /// They are parameters.
  case direct
  /// They follow from vectors of selectors and features (`IndirectLogits`).
  case indirect
}
