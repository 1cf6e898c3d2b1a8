/// How the values of features are brought to a common size.
public enum ScaleMethod: String, Sendable, CaseIterable {
  /// By the kind of a feature: bytes by `unit`, numbers by `standard`.
  case automatic = "auto"
  /// As they are.
  case none
  /// By one factor for all: bytes by 1/255, numbers so that the largest magnitude is 1.
  case unit
  /// To mean 0 and standard deviation 1.
  case standard
  /// To 0...1.
  case minmax
}
