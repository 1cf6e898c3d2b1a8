/// What becomes of a step whose loss or gradient is not finite.
public enum NonFinitePolicy: String, Sendable, CaseIterable {
  /// The run ends before its update.
  case stop
  /// Its update is left out, as long as not too many steps in a row are like it.
  case skip
}
