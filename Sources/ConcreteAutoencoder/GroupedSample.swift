import CounterRandom
import LinearAlgebra

/// Draws of the selector with noise for each group of rows: M_g = softmax((L + G_g) / T), down to a group a row
/// as in IP-CAE (Nilsson et al. 2024, arXiv 2403.00563).
///
/// A group's M is drawn where it is used, a block of selectors at a time, in the forward pass and once more in
/// the backward pass: noise is a function of its key, so whole rows of M need not be kept. Where each row of X has noise of its
/// own, rows of M with few entries are.
final class GroupedSample<Scalar: Real> {
  /// Selectors in a block: enough for a product to be fast.
  private static var blockHeight: Int { 64 }

  private let requestedGroups: Int
  private let hard: Bool
  private let selectorCount: Int
  private let featureCount: Int
  private let matrix: AlignedBuffer<Scalar>
  private let matrixGradient: AlignedBuffer<Scalar>
  /// The gradient in a block of selectors' logits, before it is added to that of other rows; [block, D].
  private let partGradient: AlignedBuffer<Scalar>
  private let reach: Scalar
  /// The rows of M that are drawn now.
  private let drawn: SampledRows<Scalar>
  /// For each row of X and each selector the row of M of the forward pass, if it has at most `mostKept` entries, or a number
  /// that is not below 0; empty with fewer groups than rows.
  private let kept: AlignedBuffer<Scalar>
  private static var mostKept: Int { 3 }
  private static var keptStride: Int { 8 }

  init(shape: ModelShape, hard: Bool, groups: Int, maximumRows: Int) {
    requestedGroups = groups
    self.hard = hard
    selectorCount = shape.selectorCount
    featureCount = shape.featureCount
    let height = groups == 0 ? 1 : min(Self.blockHeight, shape.selectorCount)
    matrix = AlignedBuffer(count: height * shape.featureCount)
    matrixGradient = AlignedBuffer(count: groups == 0 ? 0 : height * shape.featureCount)
    partGradient = AlignedBuffer(count: height * shape.featureCount)
    reach = SampledRows.reach(featureCount: shape.featureCount)
    kept = AlignedBuffer(count: groups == 0 ? maximumRows * shape.selectorCount * Self.keptStride : 0)
    drawn = SampledRows(matrix: MatrixView(matrix.base, rows: height, columns: shape.featureCount))
  }

  /// What a step's draws depend on.
  struct Step {
    let selection: StepSelection<Scalar>
    let globalRows: Int
    var inverseTemperature: Scalar { Scalar(1 / selection.temperature) }
  }

  /// U, [batch, K]: row b is M_g x_b with the M of its group, or the hard sample's columns; `firstRow` is the first row's
  /// place in the global batch.
  func select(_ x: MatrixView<Scalar>, firstRow: Int, into latent: MatrixView<Scalar>, step: Step) {
    forEachDraw(rows: x.rows, firstRow: firstRow, step: step) { selectors, rows in
      if rows.count == 1 { keep(selectors.lowerBound, of: rows.lowerBound) }
      let out = latent.row(rows.lowerBound) + selectors.lowerBound
      if hard {
        for (place, k) in selectors.enumerated() {
          let column = drawn.largestColumn(place)
          for row in rows { latent[row, k] = x[row, column] }
        }
      } else if rows.count == 1 {
        for place in 0..<selectors.count { out[place] = drawn.dot(place, x.row(rows.lowerBound)) }
      } else {
        drawn.select(x.rows(rows), height: selectors.count, into: out, stride: selectorCount)
      }
    }
  }

  /// The gradient in the logits of `step` from dU [batch, K], written to `gradient`, [K, D], or added to it; linear in dU.
  ///
  /// For one row b of a group dM_k = dU_bk x_b, which needs no storage; for several it is a product.
  func backward(
    latentGradient: MatrixView<Scalar>, x: MatrixView<Scalar>, firstRow: Int,
    into gradient: MatrixView<Scalar>, step: Step, accumulate: Bool
  ) {
    if !accumulate { gradient.clear() }
    forEachDraw(rows: x.rows, firstRow: firstRow, step: step, reusing: true) { selectors, rows in
      let first = latentGradient.row(rows.lowerBound) + selectors.lowerBound
      if rows.count > 1 {
        drawn.backward(
          first, stride: selectorCount, x: x.rows(rows), height: selectors.count, into: matrixGradient.base)
      }
      // What is added is the rows' own sum, as if others had worked it out.
      let part = MatrixView(partGradient.base, rows: selectors.count, columns: featureCount)
      if accumulate, rows.lowerBound == 0 { part.clear() }
      for (place, k) in selectors.enumerated() {
        let start = place * featureCount
        let isSingle = rows.count == 1
        Scalar.softmaxBackwardAdd(
          gradient: accumulate ? part.row(place) : gradient.row(k),
          outputGradient: isSingle ? x.row(rows.lowerBound) : matrixGradient.base + start,
          output: keptRow(k, of: rows.lowerBound) ?? UnsafePointer(matrix.base + start),
          count: featureCount,
          scale: step.inverseTemperature * (isSingle ? latentGradient[rows.lowerBound, k] : 1))
      }
      if accumulate, rows.upperBound == x.rows {
        Scalar.addScaled(
          x: gradient.row(selectors.lowerBound), y: part.base, count: part.count, scale: 1)
      }
    }
  }

  /// Calls `body` with each block of selectors and each run of the micro-batch's rows that are of one group, while
  /// `matrix` holds the block's rows of the group's M.
  private func forEachDraw(
    rows: Int, firstRow: Int, step: Step, reusing: Bool = false, _ body: (Range<Int>, Range<Int>) -> Void
  ) {
    guard rows > 0 else { return }
    let groups = NoiseGroups(requested: requestedGroups, rows: step.globalRows)
    // Without products a single selector keeps all it needs in the nearest cache.
    let height = groups.areSingleRows ? 1 : Self.blockHeight
    var top = 0
    while top < selectorCount {
      let selectors = top..<min(top + height, selectorCount)
      var row = 0
      while row < rows {
        let group = groups.group(of: firstRow + row)
        let end = min(rows, groups.end(of: group) - firstRow)
        if !reusing || keptRow(top, of: row) == nil { draw(selectors, group: group, step: step) }
        body(selectors, row..<end)
        row = end
      }
      top = selectors.upperBound
    }
  }

  /// Keeps the one row of M that is drawn now for the backward pass, if it is short.
  private func keep(_ k: Int, of row: Int) {
    guard kept.count > 0 else { return }
    let slot = kept.base + (row * selectorCount + k) * Self.keptStride
    if drawn.isSparse(0), drawn.matrix[0, 0] >= -Scalar(Self.mostKept + 1) {
      slot.update(from: matrix.base, count: Self.keptStride)
    } else {
      slot.pointee = 0
    }
  }

  /// The row of M that was kept for a row of X, if one was.
  private func keptRow(_ k: Int, of row: Int) -> UnsafePointer<Scalar>? {
    guard kept.count > 0 else { return nil }
    let slot = kept.base + (row * selectorCount + k) * Self.keptStride
    return slot.pointee < 0 ? UnsafePointer(slot) : nil
  }

  private func draw(_ selectors: Range<Int>, group: Int, step: Step) {
    for (place, k) in selectors.enumerated() {
      let row = matrix.base + place * featureCount
      let logits = step.selection.logits.row(k)
      var (largest, sum) = (Scalar(0), Scalar(0))
      switch step.selection.randomness {
      case .keyed(let seed, let number):
        Scalar.sampleExponentials(
          row: row, logits: logits, first: 0, count: featureCount,
          stream: RandomStream(seed: seed, purpose: .selectorNoise, group: group, step: number, row: k),
          inverseTemperature: step.inverseTemperature, reach: reach, largest: &largest, sum: &sum)
      case .given(let noise, _, _):
        row.update(from: noise + (group * selectorCount + k) * featureCount, count: featureCount)
        Scalar.perturbedExponentials(
          noise: row, logits: logits, count: featureCount, inverseTemperature: step.inverseTemperature,
          largest: &largest, sum: &sum)
      }
      Scalar.scaleSample(row: row, count: featureCount, factor: 1 / sum)
    }
  }
}
