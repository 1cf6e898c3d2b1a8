import CounterRandom
import LinearAlgebra

/// One draw of the selector: soft one-hot rows M = softmax((L + G) / T), with what its gradient needs.
///
/// Gumbel-softmax of Jang, Gu, Poole 2017 and Maddison, Mnih, Teh 2017; one noise matrix serves the whole batch
/// (`GroupedSample` has several). A member of a tensor-parallel group has its features' columns of M, and each softmax
/// is put together from what the members publish.
final class SelectorSample<Scalar: Real> {
  /// This member's columns of M, [K, features].
  let rows: SampledRows<Scalar>
  /// What a hard (straight-through) sample selects: the largest entry of each row of M, among this member's features;
  /// for rows whose largest entry is another member's a feature that none has.
  private(set) var hardFeatures: [UInt32]

  private let featureCount: Int
  private let reach: Scalar
  private let tensorGroup: TensorParallelGroup<Scalar>
  private let hard: Bool
  private let dropout: LogitsDropout<Scalar>
  private let matrixStorage: AlignedBuffer<Scalar>
  /// Each selector's sum of gradient times selection over all features, [K].
  private let dots: AlignedBuffer<Scalar>
  private var inverseTemperature: Scalar = 1
  /// Whether rows are still exponentials that the members' sums divide.
  private var isInParts = false

  init(
    shape: ModelShape, hard: Bool, dropout: LogitsDropout<Scalar>, tensorGroup: TensorParallelGroup<Scalar>,
    storage: AlignedBuffer<Scalar>?
  ) {
    featureCount = shape.featureCount
    reach = SampledRows.reach(featureCount: shape.featureCount)
    self.tensorGroup = tensorGroup
    self.hard = hard
    self.dropout = dropout
    let count = shape.selectorCount * tensorGroup.features.count
    matrixStorage = storage ?? AlignedBuffer(count: count)
    precondition(matrixStorage.count == count, "storage of another selector")
    rows = SampledRows(
      matrix: MatrixView(matrixStorage.base, rows: shape.selectorCount, columns: tensorGroup.features.count))
    dots = AlignedBuffer(count: shape.selectorCount)
    hardFeatures = hard ? Array(repeating: 0, count: shape.selectorCount) : []
  }

  /// Draws rows of M for one step. Where ranks share M each draws its own rows, from logits it has up to date.
  func draw(
    logits: ColumnSlice<Scalar>, selectors: Range<Int>, temperature: Double, randomness: Randomness<Scalar>
  ) {
    inverseTemperature = Scalar(1 / temperature)
    dropout.draw(randomness)
    isInParts = !tensorGroup.isAlone
    for k in selectors { draw(k, dropout.effectiveRow(k, of: logits), randomness) }
  }

  /// Draws a row: exponentials, which their sum divides at once where this member has all features.
  private func draw(_ k: Int, _ logits: UnsafePointer<Scalar>, _ randomness: Randomness<Scalar>) {
    let (row, first, count) = (rows.matrix.row(k), tensorGroup.features.lowerBound, rows.matrix.columns)
    var (largest, sum) = (-Scalar.infinity, Scalar(0))
    if count > 0 {
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
    }
    guard isInParts else { return Scalar.scaleSample(row: row, count: count, factor: 1 / sum) }
    let own = tensorGroup.softmaxParts + tensorGroup.member * tensorGroup.softmaxStride + k
    own.pointee = largest
    (own + rows.matrix.rows).pointee = sum
  }

  /// Makes the matrix one of probabilities once all members have drawn, and finds the hard selection.
  func complete() {
    if isInParts {
      isInParts = false
      Scalar.joinSoftmax(
        part: rows.matrix.base, rows: rows.matrix.rows, columns: rows.matrix.columns,
        parts: UnsafePointer(tensorGroup.softmaxParts), stride: tensorGroup.softmaxStride,
        count: tensorGroup.slices.count,
        own: tensorGroup.member, inverseTemperature: inverseTemperature, reach: reach)
    }
    guard hard else { return }
    for k in 0..<rows.matrix.rows {
      hardFeatures[k] = owner(of: k) == tensorGroup.member ? UInt32(rows.largestColumn(k)) : .max
    }
  }

  /// The first member with the largest entry of row k.
  private func owner(of k: Int) -> Int {
    var owner = 0
    for member in 1..<tensorGroup.slices.count
    where tensorGroup.softmaxParts[member * tensorGroup.softmaxStride + k]
      > tensorGroup.softmaxParts[owner * tensorGroup.softmaxStride + k]
    {
      owner = member
    }
    return owner
  }

  /// This member's part of U = X M^T, [batch, K], or of the hard sample's columns of X.
  func select(_ x: MatrixView<Scalar>, into latent: MatrixView<Scalar>) {
    guard hard else {
      return rows.select(x, height: rows.matrix.rows, into: latent.base, stride: latent.columns)
    }
    Scalar.gatherColumns(
      out: latent.base, x: x.base, indices: hardFeatures, rows: x.rows, columns: x.columns,
      selected: rows.matrix.rows)
  }

  /// dL from dU: dM = dU^T X, then back through softmax and dropout. Written to `gradient`, [K, features].
  ///
  /// Linear in dM, so that the sum over slices of rows is the gradient of the global batch. `synchronize` is called
  /// once in a tensor-parallel group.
  func backward(
    latentGradient: MatrixView<Scalar>, x: MatrixView<Scalar>, into gradient: MatrixView<Scalar>,
    synchronize: () throws -> Void
  ) rethrows {
    let height = rows.matrix.rows
    rows.backward(
      latentGradient.base, stride: latentGradient.columns, x: x, height: height, into: gradient.base)
    let ownDots = tensorGroup.isAlone ? dots.base : tensorGroup.dots(tensorGroup.member)
    for k in 0..<height { ownDots[k] = rows.dot(k, gradient.row(k)) }
    if !tensorGroup.isAlone {
      try synchronize()
      tensorGroup.sum(
        { MatrixView(tensorGroup.dots($0), rows: 1, columns: height) }, rows: 0..<1,
        into: MatrixView(dots.base, rows: 1, columns: height))
    }
    for k in 0..<height {
      rows.backwardSoftmax(
        k, gradient.row(k), dot: dots.base[k], inverseTemperature: inverseTemperature)
    }
    dropout.backward(gradient, mask: dropout.mask)
  }
}
