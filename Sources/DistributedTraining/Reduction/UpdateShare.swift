import ConcreteAutoencoder
import LinearAlgebra

/// The part of a step's update that one of several ranks with shared memory does: it adds up and updates these
/// parameters, and draws the selection of these selectors.
struct UpdateShare: Equatable {
  /// Parameters of one kind.
  struct Part: Equatable {
    /// Where their gradient lies in this rank's gradient.
    let gradient: Range<Int>
    /// Whether other ranks of the node have a part of the gradient, which is to be added.
    let isSummed: Bool
    /// The first of them in the flat buffers, where they lie in rows.
    let firstParameter: Int
    /// Length of a row.
    let rowLength: Int
    /// Elements from one row to the next.
    let stride: Int

    /// Parameters that lie side by side.
    init(gradient: Range<Int>, isSummed: Bool, firstParameter: Int) {
      self.init(
        gradient: gradient, isSummed: isSummed, firstParameter: firstParameter, rowLength: gradient.count,
        stride: gradient.count)
    }

    init(gradient: Range<Int>, isSummed: Bool, firstParameter: Int, rowLength: Int, stride: Int) {
      self.gradient = gradient
      self.isSummed = isSummed
      self.firstParameter = firstParameter
      self.rowLength = rowLength
      self.stride = stride
    }

    /// Number of rows.
    var rows: Int { rowLength == 0 ? 0 : gradient.count / rowLength }

    /// Where a row lies in the flat buffers.
    func parameters(row: Int) -> Range<Int> {
      let start = firstParameter + row * stride
      return start..<start + rowLength
    }
  }

  /// The selectors whose selection this rank draws.
  let selectors: Range<Int>
  /// What this rank updates, none of it empty.
  let parts: [Part]
  /// Elements of all parts.
  let count: Int

  private init(selectors: Range<Int>, parts: [Part]) {
    self.selectors = selectors
    self.parts = parts.filter { !$0.gradient.isEmpty }
    count = parts.reduce(0) { $0 + $1.gradient.count }
  }

  /// Share `index` of `count` where every rank has a whole gradient: whole selectors, and whole cache lines of the
  /// decoder.
  init(layout: ParameterLayout, index: Int, count: Int) {
    let (selectorCount, featureCount) = (layout.logits.shape[0], layout.logits.shape[1])
    let selectors = selectorCount * index / count..<selectorCount * (index + 1) / count
    let logits = selectors.lowerBound * featureCount..<selectors.upperBound * featureCount
    let decoder = Self.lines(of: layout.decoderOffset..<layout.count, index: index, count: count)
    self.init(
      selectors: selectors,
      parts: [logits, decoder].map { Part(gradient: $0, isSummed: true, firstParameter: $0.lowerBound) })
  }

  /// Share `index` of `count` where each rank has the gradient of its own features, in `gradientLayout`: all of these,
  /// and cache lines of the layers that do not belong to features.
  init(
    layout: ParameterLayout, gradientLayout: ParameterLayout, features: Range<Int>, outputsAreFeatures: Bool,
    index: Int, count: Int
  ) {
    let selectorCount = layout.logits.shape[0]
    let logits = Part(
      gradient: 0..<selectorCount * features.count, isSummed: false, firstParameter: features.lowerBound,
      rowLength: features.count, stride: layout.logits.shape[1])
    let last = layout.layers[layout.layers.count - 1]
    let hidden = layout.decoderOffset..<(outputsAreFeatures ? last.weight.offset : layout.count)
    let lines = Self.lines(of: hidden, index: index, count: count)
    let shift = gradientLayout.decoderOffset - layout.decoderOffset
    var parts = [
      logits,
      Part(
        gradient: lines.lowerBound + shift..<lines.upperBound + shift, isSummed: true,
        firstParameter: lines.lowerBound),
    ]
    if outputsAreFeatures {
      let own = gradientLayout.layers[layout.layers.count - 1]
      parts.append(
        Part(
          gradient: own.weight.offset..<own.weight.offset + own.weight.count, isSummed: false,
          firstParameter: last.weight.offset + features.lowerBound * last.inputs))
      parts.append(
        Part(
          gradient: own.bias.offset..<own.bias.offset + own.bias.count, isSummed: false,
          firstParameter: last.bias.offset + features.lowerBound))
    }
    self.init(selectors: 0..<selectorCount, parts: parts)
  }

  /// Share `index` of `count` of a range, in whole cache lines.
  private static func lines(of range: Range<Int>, index: Int, count: Int) -> Range<Int> {
    let line = AlignedBuffer<Float>.aligned(1)
    let lines = range.count / line
    return range.lowerBound + lines * index / count * line..<range.lowerBound + lines * (index + 1) / count
      * line
  }

  /// Where elements of the share, counted through its parts, lie in the gradient: in at most a range a part.
  func segments(of elements: Range<Int>) -> [Range<Int>] {
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
