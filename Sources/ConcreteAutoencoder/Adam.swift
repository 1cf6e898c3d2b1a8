import Foundation
import LinearAlgebra

/// Adam's moments and update over the flat parameter buffer (Kingma, Ba 2015, algorithm 1).
public final class Adam<Scalar: Real> {
  /// First moments, in the parameters' order.
  public let first: AlignedBuffer<Scalar>
  /// Second moments, in the parameters' order.
  public let second: AlignedBuffer<Scalar>
  private let decoderOffset: Int

  /// Moments of zero for a layout.
  public init(layout: ParameterLayout) {
    first = AlignedBuffer(count: layout.count)
    second = AlignedBuffer(count: layout.count)
    decoderOffset = layout.decoderOffset
  }

  /// Updates `parameters` by `gradient` (both flat); `step` counts from 0.
  public func update(
    parameters: AlignedBuffer<Scalar>, gradient: UnsafePointer<Scalar>, step: Int,
    selectorRate: Double, decoderRate: Double
  ) {
    update(parameters, gradient, 0..<decoderOffset, step: step, rate: selectorRate)
    update(parameters, gradient, decoderOffset..<parameters.count, step: step, rate: decoderRate)
  }

  private func update(
    _ parameters: AlignedBuffer<Scalar>, _ gradient: UnsafePointer<Scalar>, _ range: Range<Int>, step: Int,
    rate: Double
  ) {
    let power = Double(step + 1)
    let start = range.lowerBound
    Scalar.adam(
      parameters: parameters.base + start, gradient: gradient + start, first: first.base + start,
      second: second.base + start, count: range.count,
      stepSize: Scalar(rate / (1 - pow(OptimizerConfiguration.beta1, power))),
      inverseCorrection: Scalar(1 / (1 - pow(OptimizerConfiguration.beta2, power)).squareRoot()),
      beta1: OptimizerConfiguration.beta1, beta2: OptimizerConfiguration.beta2,
      epsilon: Scalar(OptimizerConfiguration.epsilon))
  }
}
