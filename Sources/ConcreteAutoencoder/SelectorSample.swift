import CounterRandom
import LinearAlgebra

/// One draw of the selector: soft one-hot rows M = softmax((L + G) / T), with what its gradient needs.
///
/// Gumbel-softmax of Jang, Gu, Poole 2017 and Maddison, Mnih, Teh 2017; one noise matrix serves the whole batch
/// (`GroupedSample` has several). Each block of the features has a matrix of its columns of M, and each softmax is put
/// together from what is published of all blocks. Where there is but one block workers may share it, each drawing rows.
final class SelectorSample<Scalar: Real> {
  /// The columns of M of each of this worker's blocks, [K, block].
  let parts: [SampledRows<Scalar>]
  /// What a hard (straight-through) sample selects in each block: the largest entry of each row of M; for rows whose
  /// largest entry is in another block a feature that none has.
  private var hardFeatures: [[UInt32]]

  private let group: TensorParallelGroup<Scalar>
  private let selectorCount: Int
  private let featureCount: Int
  private let reach: Scalar
  private let hard: Bool
  private let dropout: LogitsDropout<Scalar>
  private let storage: AlignedBuffer<Scalar>
  /// Each selector's sum of gradient times selection over all features, [K].
  private let dots: AlignedBuffer<Scalar>
  private var inverseTemperature: Scalar = 1
  /// Whether rows are still exponentials that the blocks' sums divide.
  private var isInParts = false

  /// M lies block after block in `storage` [K, D], or this worker's blocks in storage of their own.
  init(
    shape: ModelShape, hard: Bool, dropout: LogitsDropout<Scalar>, group: TensorParallelGroup<Scalar>,
    storage: AlignedBuffer<Scalar>?
  ) {
    (selectorCount, featureCount) = (shape.selectorCount, shape.featureCount)
    reach = SampledRows.reach(featureCount: shape.featureCount)
    self.group = group
    self.hard = hard
    self.dropout = dropout
    let height = shape.selectorCount
    let first = storage == nil ? group.features.lowerBound : 0
    let buffer = storage ?? AlignedBuffer(count: height * group.features.count)
    precondition(
      storage == nil || buffer.count == height * shape.featureCount, "storage of another selector")
    self.storage = buffer
    parts = group.blocks.map { block in
      let features = group.all[block]
      return SampledRows(
        matrix: MatrixView(
          buffer.base + height * (features.lowerBound - first), rows: height, columns: features.count))
    }
    dots = AlignedBuffer(count: height)
    hardFeatures = parts.map { _ in Array(repeating: 0, count: hard ? height : 0) }
  }

  /// Draws rows of this worker's blocks of M for one step, from logits that are up to date there.
  func draw(
    logits: MatrixView<Scalar>, selectors: Range<Int>, temperature: Double, randomness: Randomness<Scalar>
  ) {
    inverseTemperature = Scalar(1 / temperature)
    dropout.draw(randomness)
    isInParts = group.all.areDivided
    for (place, block) in group.blocks.enumerated() {
      for k in selectors {
        draw(k, of: parts[place], block, dropout.effectiveRow(k, group.all[block], of: logits), randomness)
      }
    }
  }

  /// Draws a row of a block: exponentials, which their sum divides at once where that is all features.
  private func draw(
    _ k: Int, of part: SampledRows<Scalar>, _ block: Int, _ logits: UnsafePointer<Scalar>,
    _ randomness: Randomness<Scalar>
  ) {
    let (row, first, count) = (part.matrix.row(k), group.all[block].lowerBound, part.matrix.columns)
    var (largest, sum) = (-Scalar.infinity, Scalar(0))
    switch randomness {
    case .keyed(let seed, let step):
      Scalar.sampleExponentials(
        row: row, logits: logits, first: first, count: count,
        stream: RandomStream(seed: seed, purpose: .selectorNoise, step: step, row: k),
        inverseTemperature: inverseTemperature, reach: reach, largest: &largest, sum: &sum)
    case .given(let noise, _, _):
      row.update(from: noise + k * featureCount + first, count: count)
      Scalar.perturbedExponentials(
        noise: row, logits: logits, count: count, inverseTemperature: inverseTemperature,
        largest: &largest, sum: &sum)
    }
    guard isInParts else { return Scalar.scaleSample(row: row, count: count, factor: 1 / sum) }
    let published = group.softmaxParts + block * group.softmaxStride + k
    published.pointee = largest
    (published + selectorCount).pointee = sum
  }

  /// Makes the blocks ones of probabilities once all workers have drawn, and finds the hard selection.
  func complete() {
    if isInParts {
      isInParts = false
      for (place, block) in group.blocks.enumerated() {
        let matrix = parts[place].matrix
        Scalar.joinSoftmax(
          part: matrix.base, rows: selectorCount, columns: matrix.columns,
          parts: UnsafePointer(group.softmaxParts), stride: group.softmaxStride, count: group.all.count,
          own: block, inverseTemperature: inverseTemperature, reach: reach)
      }
    }
    guard hard else { return }
    for k in 0..<selectorCount {
      let owner = owner(of: k)
      for (place, block) in group.blocks.enumerated() {
        hardFeatures[place][k] = block == owner ? UInt32(parts[place].largestColumn(k)) : .max
      }
    }
  }

  /// The first block with the largest entry of row k.
  private func owner(of k: Int) -> Int {
    var owner = 0
    for block in 1..<max(1, group.all.count)
    where group.softmaxParts[block * group.softmaxStride + k]
      > group.softmaxParts[owner * group.softmaxStride + k]
    {
      owner = block
    }
    return owner
  }

  /// The part of U = X M^T, [batch, K], of one of this worker's blocks, or of the hard sample's columns of X.
  func select(_ x: MatrixView<Scalar>, block: Int, into latent: MatrixView<Scalar>) {
    guard hard else { return parts[block].select(x, into: latent.base, stride: latent.columns) }
    Scalar.gatherColumns(
      out: latent.base, x: x.base, indices: hardFeatures[block], rows: x.rows, columns: x.columns,
      selected: selectorCount)
  }

  /// dM = dU^T X of one of this worker's blocks, [K, block], written to `gradient` or added to it.
  func backward(
    latentGradient: MatrixView<Scalar>, x: MatrixView<Scalar>, block: Int,
    into gradient: UnsafeMutablePointer<Scalar>, accumulate: Bool
  ) {
    parts[block].backward(
      latentGradient.base, stride: latentGradient.columns, x: x, into: gradient, accumulate: accumulate)
  }

  /// Takes rows `selectors` of dM, summed over the batch, whose blocks' gradients [K, block] `gradient` gives, back through
  /// softmax, in place: to the gradient in the logits with dropout. It is linear in dM, so that it needs the sum alone.
  ///
  /// `synchronize` is called once where there are several blocks.
  func backwardSoftmax(
    selectors: Range<Int>, synchronize: () throws -> Void, _ gradient: (Int) -> MatrixView<Scalar>
  ) rethrows {
    for (place, block) in group.blocks.enumerated() {
      for k in selectors { group.dots(block)[k] = parts[place].dot(k, gradient(place).row(k)) }
    }
    if group.all.areDivided { try synchronize() }
    for k in selectors {
      dots.base[k] = group.dots(0)[k]
      for block in 1..<max(1, group.all.count) { dots.base[k] += group.dots(block)[k] }
    }
    for place in parts.indices {
      for k in selectors {
        parts[place].backwardSoftmax(
          k, gradient(place).row(k), dot: dots.base[k], inverseTemperature: inverseTemperature)
      }
    }
  }
}
