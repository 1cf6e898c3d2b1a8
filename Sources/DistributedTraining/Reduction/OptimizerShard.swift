import ConcreteAutoencoder
import LinearAlgebra

/// The part of a step's update that one of several ranks with shared memory does: it adds up and updates these
/// parameters, and draws their selection.
package struct OptimizerShard: Equatable {
  /// A run of the gradient.
  package struct Part: Equatable {
    /// Where it lies in this rank's gradient.
    package let gradient: Range<Int>
    /// Whether other ranks of the node have a part of it, which is to be added.
    package let isSummed: Bool
    /// The decoder's parameters that it belongs to, in the flat buffers; nil for that of the logits.
    package let decoder: Range<Int>?

    /// A run of the logits' gradient.
    static func logits(_ gradient: Range<Int>, isSummed: Bool) -> Part {
      Part(gradient: gradient, isSummed: isSummed, decoder: nil)
    }

    /// A run of the decoder's gradient, for the parameters from `first` on.
    static func decoder(_ gradient: Range<Int>, isSummed: Bool, first: Int) -> Part {
      Part(gradient: gradient, isSummed: isSummed, decoder: first..<first + gradient.count)
    }
  }

  /// The selectors whose logits this rank updates, those of its features.
  package let selectors: Range<Int>
  /// The features of these logits.
  package let features: Range<Int>
  /// What of the gradient is this rank's, none of it empty.
  package let parts: [Part]
  /// Elements of all parts.
  package let count: Int
  /// What the logits follow from, as far as this rank updates it: places in the flat buffers, empty where logits are
  /// parameters. Its gradient is worked out from that of the logits, once that is summed.
  package let indirect: Range<Int>

  private init(selectors: Range<Int>, features: Range<Int>, parts: [Part], indirect: Range<Int> = 0..<0) {
    self.selectors = selectors
    self.indirect = indirect
    self.features = features
    self.parts = parts.filter { !$0.gradient.isEmpty }
    count = parts.reduce(0) { $0 + $1.gradient.count }
  }

  /// Share `index` of `count` where every rank has a whole gradient: whole selectors, and whole cache lines of the
  /// decoder.
  package init(layout: ParameterLayout, index: Int, count: Int) {
    let (selectorCount, featureCount) = (layout.logits.shape[0], layout.logits.shape[1])
    let selectors = selectorCount * index / count..<selectorCount * (index + 1) / count
    let logits = selectors.lowerBound * featureCount..<selectors.upperBound * featureCount
    let lines = Self.lines(of: layout.decoderOffset..<layout.decoderEnd, index: index, count: count)
    self.init(
      selectors: selectors, features: 0..<featureCount,
      parts: [
        .logits(logits, isSummed: true), .decoder(lines, isSummed: true, first: lines.lowerBound),
      ], indirect: Self.lines(of: layout.indirectRange, index: index, count: count))
  }

  /// Share `index` of `count` where each rank has the gradient of its own features, in `gradientLayout`: all of these,
  /// and cache lines of the layers that do not belong to features.
  package init(
    layout: ParameterLayout, gradientLayout: ParameterLayout, features: Range<Int>, outputsAreFeatures: Bool,
    index: Int, count: Int
  ) {
    let last = layout.layers[layout.layers.count - 1]
    let hidden = layout.decoderOffset..<(outputsAreFeatures ? last.weight.offset : layout.count)
    let lines = Self.lines(of: hidden, index: index, count: count)
    let shift = gradientLayout.decoderOffset - layout.decoderOffset
    var parts: [Part] = [
      .logits(0..<gradientLayout.logits.count, isSummed: false),
      .decoder(
        lines.lowerBound + shift..<lines.upperBound + shift, isSummed: true, first: lines.lowerBound),
    ]
    if outputsAreFeatures {
      let own = gradientLayout.layers[layout.layers.count - 1]
      parts.append(
        .decoder(
          own.weight.offset..<own.weight.offset + own.weight.count, isSummed: false,
          first: last.weight.offset + features.lowerBound * last.inputs))
      parts.append(
        .decoder(
          own.bias.offset..<own.bias.offset + own.bias.count, isSummed: false,
          first: last.bias.offset + features.lowerBound))
    }
    self.init(selectors: 0..<layout.logits.shape[0], features: features, parts: parts)
  }

  /// Share `index` of `count` of a range, in whole cache lines.
  private static func lines(of range: Range<Int>, index: Int, count: Int) -> Range<Int> {
    let line = AlignedBuffer<Float>.aligned(1)
    let lines = range.count / line
    return range.lowerBound + lines * index / count * line..<range.lowerBound + lines * (index + 1) / count
      * line
  }

  /// Where elements of the shard, counted through its parts, lie in the gradient: in at most a range a part.
  package func segments(of elements: Range<Int>) -> [Range<Int>] {
    var start = 0
    var segments: [Range<Int>] = []
    for part in parts {
      let own = elements.clamped(to: start..<start + part.gradient.count)
      if !own.isEmpty {
        let shift = part.gradient.lowerBound - start
        segments.append(own.lowerBound + shift..<own.upperBound + shift)
      }
      start += part.gradient.count
    }
    return segments
  }
}
