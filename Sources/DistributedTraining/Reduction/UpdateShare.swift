import ConcreteAutoencoder
import LinearAlgebra

/// The part of a step's update that one of several ranks with shared memory does: it adds up and updates these
/// parameters, and draws the selection of these selectors.
struct UpdateShare: Equatable {
  /// Selectors whose logits are this rank's.
  let selectors: Range<Int>
  /// Their logits in the flat buffers.
  let logits: Range<Int>
  /// This rank's decoder parameters in the flat buffers.
  let decoder: Range<Int>

  /// Share `index` of `count`: whole selectors, and whole cache lines of the decoder.
  init(layout: ParameterLayout, index: Int, count: Int) {
    let (selectorCount, featureCount) = (layout.logits.shape[0], layout.logits.shape[1])
    selectors = selectorCount * index / count..<selectorCount * (index + 1) / count
    logits = selectors.lowerBound * featureCount..<selectors.upperBound * featureCount
    let line = AlignedBuffer<Float>.aligned(1)
    let lines = (layout.count - layout.decoderOffset) / line
    decoder =
      layout.decoderOffset + lines * index / count * line..<layout.decoderOffset + lines * (index + 1) / count
      * line
  }

  /// Elements of both parts.
  var count: Int { logits.count + decoder.count }

  /// Where elements of the share, counted from its first logit on, lie in the flat buffers: in at most two ranges.
  func segments(of elements: Range<Int>) -> [Range<Int>] {
    let first = elements.clamped(to: 0..<logits.count)
    let second = elements.clamped(to: logits.count..<count)
    return [
      first.lowerBound + logits.lowerBound..<first.upperBound + logits.lowerBound,
      second.lowerBound - logits.count + decoder.lowerBound..<second.upperBound - logits.count
        + decoder.lowerBound,
    ].filter { !$0.isEmpty }
  }
}
