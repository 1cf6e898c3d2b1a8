/// The few colours that all pictures of a run share.
public enum Palette {
  /// What everything is drawn on.
  public static let background = Color(18, 24, 36)
  /// Titles and numbers.
  public static let text = Color(236, 239, 244)
  /// Labels and explanations.
  public static let secondaryText = Color(150, 160, 178)
  /// Frames and lines between cells.
  public static let line = Color(44, 53, 71)
  /// A pixel that a converged selector chose.
  public static let selected = Color(255, 176, 32)
  /// A pixel whose selector has not settled.
  public static let unconverged = Color(64, 196, 255)
  /// A pixel that the decoder does not see.
  public static let hidden = Color(28, 44, 84)
  /// A value that is not a number.
  public static let invalid = Color(226, 40, 180)
}
