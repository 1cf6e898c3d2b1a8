import LinearAlgebra

/// Where a step's random numbers come from.
package enum Randomness<Scalar: Real> {
  /// Words keyed by the run's seed and the step: the same on every rank.
  case keyed(seed: UInt64, step: Int)
  /// Values worked out elsewhere: Gumbel noise [groups, K, D], a logits mask [K, D] (0 or 1/(1-p)), and a mask
  /// [batch, units] for each hidden layer.
  case given(
    noise: UnsafePointer<Scalar>, logitsMask: UnsafePointer<Scalar>?, dropoutMasks: [UnsafePointer<Scalar>])
}
