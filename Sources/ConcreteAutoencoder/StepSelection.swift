import LinearAlgebra

/// A step's selection of which this worker has drawn its part.
///
/// Where workers share M all must have drawn before any completes it, which uses the draw up.
package struct DrawnSelection<Scalar: Real>: ~Copyable {
  let pass: TrainingPass<Scalar>
  let temperature: Double
  let randomness: Randomness<Scalar>

  /// The selection that all of the step's micro-batches are worked out with.
  package consuming func complete() -> StepSelection<Scalar> {
    pass.complete(temperature: temperature, randomness: randomness)
  }
}

/// A step's selection, and the logits that the step takes up; good until the pass draws another.
package struct StepSelection<Scalar: Real> {
  /// L with this step's dropout, [K, D], where several noise groups draw from it or the diversity term reads it.
  let logits: MatrixView<Scalar>
  /// The logits' dropout mask, [K, D], or nil.
  let mask: UnsafePointer<Scalar>?
  let temperature: Double
  let randomness: Randomness<Scalar>
}
