/// What takes the rows of a table as a reader finds them: first a row's identifier and label, where there are such
/// columns, then its features.
package protocol RowSink: AnyObject {
  /// Takes the identifier of the row under way.
  func append(id: String) throws
  /// Takes the label of the row under way, `number` where it is one; throws `LabelError`, to which the reader adds the
  /// place.
  func append(label: String, number: Float?) throws
  /// Takes the part that the row under way is for.
  func append(part: RowDivision.Part) throws
  /// Takes the group of the row under way.
  func append(group: String) throws
  /// Takes the weight of the row under way.
  func append(weight: Float) throws
  /// Takes the features of the row under way, NaN where missing, which ends it.
  func append(_ features: UnsafeBufferPointer<Float>) throws
}

extension RowSink {
  /// Only who divides rows needs it.
  package func append(part: RowDivision.Part) {}
  /// Only who divides rows needs it.
  package func append(group: String) {}
  /// Only who weighs rows needs it.
  package func append(weight: Float) {}
}
