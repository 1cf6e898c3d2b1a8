/// What is done about missing values.
public enum MissingPolicy: String, Sendable, CaseIterable {
  /// They are an error, which says how many there are and where the first is.
  case error
  /// The mean of the feature's training rows stands in for them.
  case mean
  /// The same, but losses and errors are taken over the values that were observed alone.
  case observed
  /// Rows with one are left out.
  case dropRows = "drop-rows"
  /// Columns with one are left out.
  case dropColumns = "drop-columns"

  /// Whether something stands in for them.
  var fills: Bool { self == .mean || self == .observed }
}
