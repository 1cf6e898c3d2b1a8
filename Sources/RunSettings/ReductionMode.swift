/// What the result of a run may depend on.
public enum ReductionMode: String, Sendable, CaseIterable {
  /// The last bits depend on the number of ranks and their places.
  case fast
  /// Not a bit depends on them.
  case exact
}
