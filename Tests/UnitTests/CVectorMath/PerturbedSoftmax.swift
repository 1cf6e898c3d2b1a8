import LinearAlgebra

extension Real {
  /// Replaces `noise` by softmax((logits + noise) / T), as a worker with all columns makes it.
  static func perturbedSoftmax(
    noise: UnsafeMutablePointer<Self>, logits: UnsafePointer<Self>, count: Int, inverseTemperature: Self
  ) {
    var (largest, sum) = (Self(0), Self(0))
    perturbedExponentials(
      noise: noise, logits: logits, count: count, inverseTemperature: inverseTemperature, largest: &largest,
      sum: &sum)
    scaleSample(row: noise, count: count, factor: 1 / sum)
  }
}
