import ConcreteAutoencoder
import LinearAlgebra

/// One rank's features of the logits and of their moments, which may be copies of the state's.
struct LogitsSlice {
  /// Logits, [K, features].
  let values: ColumnSlice<Float>
  /// First moments, [K, features].
  let first: ColumnSlice<Float>
  /// Second moments, [K, features].
  let second: ColumnSlice<Float>

  init(of state: ModelState, features: Range<Int>) {
    values = ColumnSlice(of: state.model.logits, columns: features)
    first = ColumnSlice(of: state.adam.firstOfLogits, columns: features)
    second = ColumnSlice(of: state.adam.secondOfLogits, columns: features)
  }

  /// Takes up the state's numbers.
  func take() {
    values.take()
    first.take()
    second.take()
  }

  /// Gives the state its numbers.
  func publish() {
    values.publish()
    first.publish()
    second.publish()
  }
}
