/// Which of the training rows a run trains on.
public enum RowDraw: String, Sendable, CaseIterable {
  /// Each once.
  case all
  /// As many, drawn with replacement.
  case bootstrap
  /// Half of them, drawn without.
  case half
}
