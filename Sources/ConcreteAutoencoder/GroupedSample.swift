import CounterRandom
import LinearAlgebra

/// Draws of the selector with noise for each group of rows: M_g = softmax((L + G_g) / T), down to a group a row
/// as in IP-CAE (Nilsson et al. 2024, arXiv 2403.00563).
///
/// A group's M is drawn where it is used, a block of selectors at a time, in the forward pass and once more in
/// the backward pass: noise is a function of its key, so memory does not grow with rows or groups.
final class GroupedSample<Scalar: Real> {
  /// Selectors in a block: enough for a product to be fast.
  private static var blockHeight: Int { 64 }

  private let requestedGroups: Int
  private let hard: Bool
  private let selectorCount: Int
  private let featureCount: Int
  private let matrix: AlignedBuffer<Scalar>
  private let matrixGradient: AlignedBuffer<Scalar>

  init(shape: ModelShape, hard: Bool, groups: Int) {
    requestedGroups = groups
    self.hard = hard
    selectorCount = shape.selectorCount
    featureCount = shape.featureCount
    let height = groups == 0 ? 1 : min(Self.blockHeight, shape.selectorCount)
    matrix = AlignedBuffer(count: height * shape.featureCount)
    matrixGradient = AlignedBuffer(count: groups == 0 ? 0 : height * shape.featureCount)
  }

  /// What a step's draws depend on, and the place of the slice's rows in the global batch.
  struct Step {
    let selection: StepSelection<Scalar>
    let firstRow: Int
    let globalRows: Int
    var inverseTemperature: Scalar { Scalar(1 / selection.temperature) }
  }

  /// U, [batch, K]: row b is M_g x_b with the M of its group, or the hard sample's columns.
  func select(_ x: MatrixView<Scalar>, into latent: MatrixView<Scalar>, step: Step) {
    forEachDraw(rows: x.rows, step: step) { selectors, rows in
      if hard {
        for (place, k) in selectors.enumerated() {
          var index = 0
          _ = Scalar.max(x: matrix.base + place * featureCount, count: featureCount, index: &index)
          for row in rows { latent[row, k] = x[row, index] }
        }
      } else if rows.count == 1 {
        for (place, k) in selectors.enumerated() {
          latent[rows.lowerBound, k] = Scalar.dot(
            a: x.row(rows.lowerBound), b: matrix.base + place * featureCount, count: featureCount)
        }
      } else {
        Scalar.gemm(
          transposeA: false, transposeB: true, m: rows.count, n: selectors.count, k: featureCount,
          a: x.row(rows.lowerBound), lda: featureCount, b: matrix.base, ldb: featureCount, beta: 0,
          c: latent.row(rows.lowerBound) + selectors.lowerBound, ldc: selectorCount)
      }
    }
  }

  /// The gradient in the logits of `step` from dU [batch, K], written to `gradient`, [K, D]; linear in dU.
  ///
  /// For one row b of a group dM_k = dU_bk x_b, which needs no storage; for several it is a product.
  func backward(
    latentGradient: MatrixView<Scalar>, x: MatrixView<Scalar>, into gradient: MatrixView<Scalar>, step: Step
  ) {
    gradient.clear()
    forEachDraw(rows: x.rows, step: step) { selectors, rows in
      let isSingle = rows.count == 1
      if !isSingle {
        Scalar.gemm(
          transposeA: true, transposeB: false, m: selectors.count, n: featureCount, k: rows.count,
          a: latentGradient.row(rows.lowerBound) + selectors.lowerBound, lda: selectorCount,
          b: x.row(rows.lowerBound), ldb: featureCount, beta: 0, c: matrixGradient.base, ldc: featureCount)
      }
      for (place, k) in selectors.enumerated() {
        let start = place * featureCount
        Scalar.softmaxBackwardAdd(
          gradient: gradient.row(k),
          outputGradient: isSingle ? x.row(rows.lowerBound) : matrixGradient.base + start,
          output: matrix.base + start, count: featureCount,
          scale: step.inverseTemperature * (isSingle ? latentGradient[rows.lowerBound, k] : 1))
      }
    }
  }

  /// Calls `body` with each block of selectors and each run of the slice's rows that are of one group, while
  /// `matrix` holds the block's rows of the group's M.
  private func forEachDraw(rows: Int, step: Step, _ body: (Range<Int>, Range<Int>) -> Void) {
    guard rows > 0 else { return }
    let groups = NoiseGroups(requested: requestedGroups, rows: step.globalRows)
    // Without products a single selector keeps all it needs in the nearest cache.
    let height = groups.areSingleRows ? 1 : Self.blockHeight
    var top = 0
    while top < selectorCount {
      let selectors = top..<min(top + height, selectorCount)
      var row = 0
      while row < rows {
        let group = groups.group(of: step.firstRow + row)
        let end = min(rows, groups.end(of: group) - step.firstRow)
        draw(selectors, group: group, step: step)
        body(selectors, row..<end)
        row = end
      }
      top = selectors.upperBound
    }
  }

  private func draw(_ selectors: Range<Int>, group: Int, step: Step) {
    for (place, k) in selectors.enumerated() {
      let row = matrix.base + place * featureCount
      switch step.selection.randomness {
      case .keyed(let seed, let number):
        Scalar.gumbel(
          out: row, count: featureCount,
          stream: RandomStream(seed: seed, purpose: .selectorNoise, group: group, step: number, row: k))
      case .given(let noise, _, _):
        row.update(from: noise + (group * selectorCount + k) * featureCount, count: featureCount)
      }
      Scalar.perturbedSoftmax(
        noise: row, logits: step.selection.logits.row(k), count: featureCount,
        inverseTemperature: step.inverseTemperature)
    }
  }
}
