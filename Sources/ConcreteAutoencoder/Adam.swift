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

  /// What an update multiplies by at a step: the same for all parameters of a kind.
  public struct Rates {
    fileprivate let selectorStep: Scalar
    fileprivate let decoderStep: Scalar
    fileprivate let inverseCorrection: Scalar

    /// The bias corrections of `step`, which counts from 0, and the learning rates of logits and decoder.
    public init(step: Int, selectorRate: Double, decoderRate: Double) {
      let power = Double(step + 1)
      let correction = 1 - pow(OptimizerConfiguration.beta1, power)
      selectorStep = Scalar(selectorRate / correction)
      decoderStep = Scalar(decoderRate / correction)
      inverseCorrection = Scalar(1 / (1 - pow(OptimizerConfiguration.beta2, power)).squareRoot())
    }
  }

  /// Updates all of `parameters` by `gradient` (both flat).
  public func update(parameters: AlignedBuffer<Scalar>, gradient: UnsafePointer<Scalar>, rates: Rates) {
    update(parameters, part: 0..<decoderOffset, gradient: gradient, rates: rates)
    update(
      parameters, part: decoderOffset..<parameters.count, gradient: gradient + decoderOffset, rates: rates)
  }

  /// Updates a part of `parameters` (flat), logits or decoder, by `gradient`, which begins with that of the part's first.
  public func update(
    _ parameters: AlignedBuffer<Scalar>, part: Range<Int>, gradient: UnsafePointer<Scalar>, rates: Rates
  ) {
    let start = part.lowerBound
    precondition(start >= decoderOffset || part.upperBound <= decoderOffset, "a part of two kinds")
    Scalar.adam(
      parameters: parameters.base + start, gradient: gradient, first: first.base + start,
      second: second.base + start, count: part.count,
      stepSize: start < decoderOffset ? rates.selectorStep : rates.decoderStep,
      inverseCorrection: rates.inverseCorrection, beta1: OptimizerConfiguration.beta1,
      beta2: OptimizerConfiguration.beta2, epsilon: Scalar(OptimizerConfiguration.epsilon))
  }
}
