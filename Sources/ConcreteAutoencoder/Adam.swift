import Foundation
import LinearAlgebra

/// Adam's moments and update over the flat parameter buffer (Kingma, Ba 2015, algorithm 1).
package final class Adam<Scalar: Real> {
  /// First moments, in the parameters' order.
  package let first: AlignedBuffer<Scalar>
  /// Second moments, in the parameters' order.
  package let second: AlignedBuffer<Scalar>
  private let decoder: Range<Int>
  private let indirect: Range<Int>
  private let logits: TensorSlot

  /// Moments of zero for a layout, in the storage given or storage of their own.
  package init(
    layout: ParameterLayout, first: AlignedBuffer<Scalar>? = nil, second: AlignedBuffer<Scalar>? = nil
  ) {
    self.first = first ?? AlignedBuffer(count: layout.count)
    self.second = second ?? AlignedBuffer(count: layout.count)
    decoder = layout.decoderOffset..<layout.decoderEnd
    indirect = layout.indirectRange
    logits = layout.logits
  }

  /// What an update multiplies by at a step: the same for all parameters of a kind.
  package struct Rates {
    fileprivate let selectorStep: Scalar
    fileprivate let decoderStep: Scalar
    fileprivate let inverseCorrection: Scalar

    /// The bias corrections of `step`, which counts from 0, and the learning rates of each of the selector's
    /// parameters and each of the decoder's.
    package init(step: Int, selectorRate: Double, decoderRate: Double) {
      let power = Double(step + 1)
      let correction = 1 - pow(OptimizerConfiguration.beta1, power)
      selectorStep = Scalar(selectorRate / correction)
      decoderStep = Scalar(decoderRate / correction)
      inverseCorrection = Scalar(1 / (1 - pow(OptimizerConfiguration.beta2, power)).squareRoot())
    }
  }

  /// Updates all of `parameters` by `gradient` (both flat).
  package func update(parameters: AlignedBuffer<Scalar>, gradient: UnsafePointer<Scalar>, rates: Rates) {
    if indirect.isEmpty {
      updateLogits(
        parameters, selectors: 0..<logits.shape[0], features: 0..<logits.shape[1], gradient: gradient,
        rates: rates)
    } else {
      updateIndirect(parameters, part: indirect, gradient: gradient + indirect.lowerBound, rates: rates)
    }
    updateDecoder(parameters, part: decoder, gradient: gradient + decoder.lowerBound, rates: rates)
  }

  /// Updates a part of the decoder's parameters (places in the flat buffer) by `gradient`, which begins with that of the
  /// part's first.
  package func updateDecoder(
    _ parameters: AlignedBuffer<Scalar>, part: Range<Int>, gradient: UnsafePointer<Scalar>, rates: Rates
  ) {
    precondition(part.clamped(to: decoder) == part, "a part of the selector")
    update(parameters, part: part, gradient: gradient, stepSize: rates.decoderStep, rates: rates)
  }

  /// The same of what the logits follow from (`ParameterLayout.indirectRange`).
  package func updateIndirect(
    _ parameters: AlignedBuffer<Scalar>, part: Range<Int>, gradient: UnsafePointer<Scalar>, rates: Rates
  ) {
    precondition(part.clamped(to: indirect) == part, "a part of the decoder")
    update(parameters, part: part, gradient: gradient, stepSize: rates.selectorStep, rates: rates)
  }

  /// Updates some features of the logits of some selectors, by rows of `gradient` [K, features].
  package func updateLogits(
    _ parameters: AlignedBuffer<Scalar>, selectors: Range<Int>, features: Range<Int>,
    gradient: UnsafePointer<Scalar>, rates: Rates
  ) {
    for k in selectors {
      let start = k * logits.shape[1] + features.lowerBound
      update(
        parameters, part: start..<start + features.count, gradient: gradient + k * features.count,
        stepSize: rates.selectorStep, rates: rates)
    }
  }

  private func update(
    _ parameters: AlignedBuffer<Scalar>, part: Range<Int>, gradient: UnsafePointer<Scalar>, stepSize: Scalar,
    rates: Rates
  ) {
    let start = part.lowerBound
    Scalar.adam(
      parameters: parameters.base + start, gradient: gradient, first: first.base + start,
      second: second.base + start, count: part.count, stepSize: stepSize,
      inverseCorrection: rates.inverseCorrection, beta1: OptimizerConfiguration.beta1,
      beta2: OptimizerConfiguration.beta2, epsilon: Scalar(OptimizerConfiguration.epsilon))
  }
}
