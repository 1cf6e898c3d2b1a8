/// What a model needs to know of its data to be used without them.
package struct DataDescription: Sendable, Equatable {
  /// The features.
  package var schema: TableSchema
  /// What is done to their values.
  package var preprocessing: Preprocessing
  /// The names of the classes, in the order of their codes; nil where the data have none.
  package var classes: [String]?
  /// How the numbers to predict are scaled; nil where the model predicts none.
  package var valueScaling: ValueScaling?
  /// SHA-256 of features and targets, as they stand in the files.
  package var contentHash: String

  /// How many rows the model was trained on; nil where that is not known.
  package var trainingRows: Int?

  /// Puts the parts together.
  package init(
    schema: TableSchema, preprocessing: Preprocessing, classes: [String]? = nil,
    valueScaling: ValueScaling? = nil, contentHash: String = "", trainingRows: Int? = nil
  ) {
    self.schema = schema
    self.preprocessing = preprocessing
    self.classes = classes
    self.valueScaling = valueScaling
    self.contentHash = contentHash
    self.trainingRows = trainingRows
  }

  /// Names and values to be compared over ranks.
  package var identity: [(name: String, value: String)] {
    [
      ("training data (SHA-256)", contentHash), ("preprocessing (SHA-256)", preprocessing.hash),
      ("training rows", trainingRows.map(String.init) ?? "unknown"),
    ]
  }
}
