/// What the user said about a run's data: where they are, how they are read, scaled and divided.
public struct DatasetOptions: Sendable, Hashable {
  /// The table, or the directory, to train on.
  public var path = ""
  /// The table to test on; empty: the part that the data bring, or `testFraction` of the rows.
  public var test = ""
  /// How both are read.
  public var table = TableOptions()
  /// How features are scaled.
  public var scale = ScaleMethod.automatic
  /// What is done about missing values.
  public var missing = MissingPolicy.error
  /// The fraction of the training rows set aside for validation.
  public var validationFraction = 0.1
  /// The fraction of the rows held out for testing where the data bring no test part.
  public var testFraction = 0.1

  /// The defaults; `path` is empty.
  public init() {}

  /// Whether there is a test part beside the rows at `path`.
  package func bringsTestPart() throws -> Bool {
    try !test.isEmpty || TableReaders.brings(.test, at: path, options: table)
  }
}
