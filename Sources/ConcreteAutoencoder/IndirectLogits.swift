import CounterRandom
import LinearAlgebra

/// Logits that follow from a vector for each selector and for each feature, L = Psi W^T + 1 b^T (the indirectly parametrised
/// concrete autoencoder: Nilsson et al. 2024, arXiv 2403.00563).
///
/// Psi is [K, p], W [D, p], b [D]. Selectors share W and b, so that what one learns of a feature all learn.
///
/// Work is cut into parts of fixed sizes, which several workers divide: no bit depends on how many they are.
package struct IndirectLogits<Scalar: Real> {
  private let model: Autoencoder<Scalar>
  private let tensors: IndirectTensors
  private let psi: MatrixView<Scalar>
  private let weight: MatrixView<Scalar>
  private let bias: UnsafeMutablePointer<Scalar>

  /// Features, and selectors, of a part.
  private static var partFeatures: Int { 64 }
  private static var partSelectors: Int { 16 }

  /// The logits of a model; nil where they are parameters.
  package init?(of model: Autoencoder<Scalar>) {
    guard let tensors = model.layout.indirect, let size = model.shape.indirectSize else { return nil }
    self.model = model
    self.tensors = tensors
    let base = model.parameters.base
    psi = MatrixView(base + tensors.psi.offset, rows: model.shape.selectorCount, columns: size)
    weight = MatrixView(base + tensors.weight.offset, rows: model.shape.featureCount, columns: size)
    bias = base + tensors.bias.offset
  }

  /// Gives Psi, W and b their initial values, a function of the seed alone, and works out the logits.
  ///
  /// Psi is standard normal; W and b are uniform in +-1/sqrt(p), as a linear layer of p inputs. A selector of a warm start is
  /// given its lead by the smallest change of its feature's vector, psi_k / |psi_k|^2 times the lead, which others see as
  /// noise of 1/sqrt(p) of it. A feature that is never to be selected has a bias that no vector makes up for.
  func initialize(seed: UInt64, warmStart features: [Int], never: [Int]) {
    for k in 0..<psi.rows {
      var generator = CounterGenerator(RandomStream(seed: seed, purpose: .initialIndirect, row: k))
      for i in 0..<psi.columns { psi[k, i] = Scalar(generator.normal()) }
    }
    let bound = Scalar(1 / Double(psi.columns).squareRoot())
    for (layer, (values, count)) in [(weight.base, weight.count), (bias, weight.rows)].enumerated() {
      Scalar.uniform(
        out: values, count: count, low: -bound, high: bound,
        stream: RandomStream(seed: seed, purpose: .initialIndirect, layer: 1 + layer))
    }
    let margin = InitialLogits.warmStartMargin(featureCount: weight.rows)
    for (k, feature) in features.enumerated() where k < psi.rows {
      let row = psi.row(k)
      let square = (0..<psi.columns).reduce(0.0) { $0 + Double(row[$1]) * Double(row[$1]) }
      Scalar.addScaled(
        x: weight.row(feature), y: row, count: psi.columns, scale: Scalar(margin / square))
    }
    for feature in never { bias[feature] = Scalar(InitialLogits.never) }
    derive()
  }

  /// Works out a worker's parts of the logits, those of share `index` of `count`, from Psi, W and b as they stand.
  package func derive(share index: Int = 0, of count: Int = 1) {
    let logits = model.logits
    for part in Self.parts(weight.rows, size: Self.partFeatures, share: index, of: count) {
      let features = Self.elements(of: part, size: Self.partFeatures, count: weight.rows)
      let first = features.lowerBound
      for k in 0..<psi.rows { (logits.row(k) + first).update(from: bias + first, count: features.count) }
      Scalar.gemm(
        transposeA: false, transposeB: true, m: psi.rows, n: features.count, k: psi.columns, a: psi.base,
        lda: psi.columns, b: weight.row(first), ldb: psi.columns, beta: 1, c: logits.base + first,
        ldc: logits.columns)
    }
  }

  /// Takes the logits' gradient dL [K, D] to what they follow from: dPsi = dL W, dW = dL^T Psi, db = sum_k dL_k.
  ///
  /// Writes share `index` of `count` of it to `gradient`, which begins with Psi's and is laid out as
  /// `ParameterLayout.indirectRange`. The chain rule is linear, so dL may be summed before.
  package func backward(
    _ logitsGradient: MatrixView<Scalar>, into gradient: UnsafeMutablePointer<Scalar>, share index: Int = 0,
    of count: Int = 1
  ) {
    let (size, columns) = (psi.columns, logitsGradient.columns)
    for part in Self.parts(psi.rows, size: Self.partSelectors, share: index, of: count) {
      let selectors = Self.elements(of: part, size: Self.partSelectors, count: psi.rows)
      Scalar.gemm(
        transposeA: false, transposeB: false, m: selectors.count, n: size, k: columns,
        a: logitsGradient.row(selectors.lowerBound), lda: columns, b: weight.base, ldb: size, beta: 0,
        c: gradient + selectors.lowerBound * size, ldc: size)
    }
    let weightGradient = gradient + (tensors.weight.offset - tensors.psi.offset)
    let biasGradient = gradient + (tensors.bias.offset - tensors.psi.offset)
    for part in Self.parts(columns, size: Self.partFeatures, share: index, of: count) {
      let features = Self.elements(of: part, size: Self.partFeatures, count: columns)
      let first = features.lowerBound
      Scalar.gemm(
        transposeA: true, transposeB: false, m: features.count, n: size, k: psi.rows,
        a: logitsGradient.base + first, lda: columns, b: psi.base, ldb: size, beta: 0,
        c: weightGradient + first * size, ldc: size)
      (biasGradient + first).update(repeating: 0, count: features.count)
      for k in 0..<psi.rows {
        Scalar.addScaled(
          x: biasGradient + first, y: logitsGradient.row(k) + first, count: features.count, scale: 1)
      }
    }
  }

  /// The parts of `size` elements, the last one shorter, that are share `index` of `count`.
  private static func parts(_ elements: Int, size: Int, share index: Int, of count: Int) -> Range<Int> {
    let parts = (elements + size - 1) / size
    return parts * index / count..<parts * (index + 1) / count
  }

  /// The elements of a part.
  private static func elements(of part: Int, size: Int, count: Int) -> Range<Int> {
    part * size..<min(count, (part + 1) * size)
  }
}
