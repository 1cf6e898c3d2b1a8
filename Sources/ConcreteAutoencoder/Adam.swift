import Foundation
import LinearAlgebra

/// Adam's moments and update over the flat parameter buffer (Kingma, Ba 2015, algorithm 1).
public final class Adam<Scalar: Real> {
  /// First moments, in the parameters' order.
  public let first: AlignedBuffer<Scalar>
  /// Second moments, in the parameters' order.
  public let second: AlignedBuffer<Scalar>
  private let decoderOffset: Int

  /// Moments of zero for a layout, in the storage given or storage of their own.
  public init(
    layout: ParameterLayout, first: AlignedBuffer<Scalar>? = nil, second: AlignedBuffer<Scalar>? = nil
  ) {
    self.first = first ?? AlignedBuffer(count: layout.count)
    self.second = second ?? AlignedBuffer(count: layout.count)
    decoderOffset = layout.decoderOffset
  }

  /// Updates a part of `parameters`, or all, by `gradient` (both flat); `step` counts from 0.
  public func update(
    parameters: AlignedBuffer<Scalar>, gradient: UnsafePointer<Scalar>, part: Range<Int>? = nil, step: Int,
    selectorRate: Double, decoderRate: Double
  ) {
    let part = part ?? 0..<parameters.count
    update(
      parameters, gradient, part.clamped(to: 0..<decoderOffset), step: step, rate: selectorRate)
    update(
      parameters, gradient, part.clamped(to: decoderOffset..<parameters.count), step: step, rate: decoderRate)
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
