import ConcreteAutoencoder
import LinearAlgebra

/// The part of a step's update that one of several ranks with shared memory does: it adds up and updates these
/// parameters, and draws their selection.
package struct OptimizerShard: Equatable {
  /// A run of the gradient.
  package struct Part: Equatable {
    /// Where it lies; that of the decoder where its parameters do.
    package let places: Range<Int>
    /// Whether other ranks of the node have a part of it, which is to be added.
    package let isSummed: Bool
  }

  /// The selectors whose logits this rank updates, as to the features of its blocks.
  package let selectors: Range<Int>
  /// The blocks.
  package let blocks: Range<Int>
  /// The gradient of these logits.
  package let logits: Part
  /// That of the decoder's parameters, none of it empty.
  package let decoder: [Part]
  /// What the logits follow from, as far as this rank updates it: places in the flat buffers, empty where logits are
  /// parameters. Its gradient is worked out from that of the logits, once that is summed.
  package let indirect: Range<Int>

  /// The share of a rank of a node in a plan: whole selectors and whole cache lines of the decoder; or, where ranks divide the
  /// features, all that belongs to its blocks, and cache lines of the layers that do not belong to features.
  package init(_ shape: ModelShape, _ plan: ReductionPlan, rank: Int) {
    let (layout, count) = (ParameterLayout(shape: shape), plan.ranksPerNode)
    let k = shape.selectorCount
    blocks = plan.blocks(rank: rank)
    indirect = Self.lines(of: layout.indirectRange, index: rank, count: count)
    guard plan.dividesFeatures else {
      selectors = k * rank / count..<k * (rank + 1) / count
      let width = shape.featureCount
      logits = Part(places: selectors.lowerBound * width..<selectors.upperBound * width, isSummed: true)
      let lines = Self.lines(of: layout.decoderOffset..<layout.decoderEnd, index: rank, count: count)
      decoder = lines.isEmpty ? [] : [Part(places: lines, isSummed: true)]
      return
    }
    selectors = 0..<k
    let features = plan.blocks.features(of: blocks)
    logits = Part(places: k * features.lowerBound..<k * features.upperBound, isSummed: false)
    let last = layout.layers[layout.layers.count - 1]
    let hidden = layout.decoderOffset..<(shape.outputsAreFeatures ? last.weight.offset : layout.decoderEnd)
    var parts = [Part(places: Self.lines(of: hidden, index: rank, count: count), isSummed: true)]
    if shape.outputsAreFeatures {
      for (tensor, width) in [(last.weight, last.inputs), (last.bias, 1)] {
        let places = tensor.offset + features.lowerBound * width..<tensor.offset + features.upperBound * width
        parts.append(Part(places: places, isSummed: false))
      }
    }
    decoder = parts.filter { !$0.places.isEmpty }
  }

  /// What of the gradient is this rank's, none of it empty.
  package var parts: [Part] { (logits.places.isEmpty ? [] : [logits]) + decoder }

  /// Elements of all parts.
  package var count: Int { parts.reduce(0) { $0 + $1.places.count } }

  /// Share `index` of `count` of a range, in whole cache lines.
  private static func lines(of range: Range<Int>, index: Int, count: Int) -> Range<Int> {
    let line = AlignedBuffer<Float>.aligned(1)
    let lines = range.count / line
    return range.lowerBound + lines * index / count * line..<range.lowerBound + lines * (index + 1) / count
      * line
  }

  /// Elements of the shard, counted through its parts: in at most a run a part.
  package func segments(of elements: Range<Int>) -> [Part] {
    var start = 0
    var segments: [Part] = []
    for part in parts {
      let own = elements.clamped(to: start..<start + part.places.count)
      if !own.isEmpty {
        let shift = part.places.lowerBound - start
        segments.append(
          Part(places: own.lowerBound + shift..<own.upperBound + shift, isSummed: part.isSummed))
      }
      start += part.places.count
    }
    return segments
  }
}
