import LinearAlgebra

/// Sums over a slice of rows; adding them over slices gives those of the global batch.
public struct BatchSums: Sendable, Equatable {
  /// Squared errors over rows and features, or cross-entropies over rows.
  public var loss: Double
  /// Rows whose label was found (classification only).
  public var correct: Int
}

/// Forward and backward over slices of a global batch, all memory allocated at the start.
///
/// A step: `drawSelection`, then `gradient` of this rank's slice, then (after the all-reduce) `addDiversity`.
public final class TrainingPass<Scalar: Real> {
  /// This slice's rows, [maximumRows, D], to be filled by the caller.
  public let rows: AlignedBuffer<Scalar>
  /// This slice's labels, to be filled by the caller (classification only).
  public let labels: UnsafeMutableBufferPointer<UInt8>

  private let model: Autoencoder<Scalar>
  private let sample: SelectorSample<Scalar>
  private let decoder: Decoder<Scalar>
  private let latent: AlignedBuffer<Scalar>
  private let diversity: Diversity<Scalar>
  private let gjsWeight: Double
  private var randomness: Randomness<Scalar> = .keyed(seed: 0, step: 0)
  /// The mask of the gradient that the diversity term adds, [K, D]; empty without logits dropout.
  private let diversityGradient: AlignedBuffer<Scalar>

  /// Allocates room for slices of at most `maximumRows` rows. `maskGiven` makes room for a logits mask that
  /// comes with `Randomness.given`.
  public init(
    model: Autoencoder<Scalar>, selector: SelectorConfiguration, decoder configuration: DecoderConfiguration,
    maximumRows: Int, maskGiven: Bool = false
  ) {
    self.model = model
    let shape = model.shape
    rows = AlignedBuffer(count: maximumRows * shape.featureCount)
    labels = .allocate(capacity: maximumRows)
    labels.initialize(repeating: 0)
    sample = SelectorSample(
      shape: shape, hard: selector.hard, logitsDropout: selector.logitsDropout, maskGiven: maskGiven)
    decoder = Decoder(
      shape: shape, layout: model.layout, dropout: configuration.dropout, maximumRows: maximumRows)
    latent = AlignedBuffer(count: maximumRows * shape.selectorCount)
    diversity = Diversity(shape: shape)
    gjsWeight = selector.gjsWeight
    let masked = (selector.logitsDropout > 0 || maskGiven) && gjsWeight != 0
    diversityGradient = AlignedBuffer(count: masked ? shape.selectorCount * shape.featureCount : 0)
  }

  deinit { labels.deallocate() }

  /// Draws this step's selection; the same on every rank for the same randomness.
  public func drawSelection(temperature: Double, randomness: Randomness<Scalar>) {
    self.randomness = randomness
    sample.draw(logits: model.logits, temperature: temperature, randomness: randomness)
  }

  /// Writes this slice's part of the gradient of the global batch's mean loss to `gradient` (flat) and returns
  /// the slice's sums.
  ///
  /// - Parameters:
  ///   - rowCount: rows in `rows`; 0 gives a zero gradient.
  ///   - firstRow: the slice's first row in the global batch.
  ///   - globalRows: rows of the global batch, which the mean is over.
  public func gradient(
    rowCount: Int, firstRow: Int, globalRows: Int, into gradient: UnsafeMutablePointer<Scalar>
  ) -> BatchSums {
    let x = MatrixView(rows.base, rows: rowCount, columns: model.shape.featureCount)
    let u = MatrixView(latent.base, rows: rowCount, columns: model.shape.selectorCount)
    sample.select(x, into: u)
    decoder.forward(
      parameters: model.parameters.base, latent: u, randomness: randomness, firstRow: firstRow)
    let sums = differentiateLoss(x, globalRows: globalRows)
    let latentGradient = decoder.backward(
      parameters: model.parameters.base, latent: u, gradient: gradient)
    sample.backward(
      latentGradient: latentGradient, x: x,
      into: MatrixView(gradient, rows: model.shape.selectorCount, columns: model.shape.featureCount))
    return sums
  }

  /// Replaces the decoder's output by the gradient of the mean loss in it.
  private func differentiateLoss(_ x: MatrixView<Scalar>, globalRows: Int) -> BatchSums {
    let output = decoder.outputView(x.rows)
    let bias = model.parameters.base + model.layout.layers[model.layout.layers.count - 1].bias.offset
    switch model.shape.objective {
    case .reconstruction:
      let loss = Scalar.squaredError(
        y: output.base, bias: bias, target: x.base, rows: x.rows, columns: x.columns,
        scale: Scalar(2 / (Double(globalRows) * Double(x.columns))))
      return BatchSums(loss: loss, correct: 0)
    case .classification(let classes):
      Scalar.addBias(x: output.base, bias: bias, rows: x.rows, columns: classes)
      var correct = 0
      let loss = Scalar.crossEntropy(
        logits: output.base, labels: UnsafePointer(labels.baseAddress!), rows: x.rows, classes: classes,
        scale: Scalar(1 / Double(globalRows)), correct: &correct)
      return BatchSums(loss: loss, correct: correct)
    }
  }

  /// Adds the gradient of -weight * GJSD to an averaged gradient (flat) and returns GJSD; nothing at weight 0.
  public func addDiversity(to gradient: UnsafeMutablePointer<Scalar>) -> Double? {
    guard gjsWeight != 0 else { return nil }
    let shape = model.shape
    let target = MatrixView(gradient, rows: shape.selectorCount, columns: shape.featureCount)
    guard let mask = sample.mask else {
      return diversity.evaluate(logits: sample.effectiveLogits, weight: -gjsWeight, addingTo: target)
    }
    let part = MatrixView(
      diversityGradient.base, rows: shape.selectorCount, columns: shape.featureCount)
    part.clear()
    let value = diversity.evaluate(logits: sample.effectiveLogits, weight: -gjsWeight, addingTo: part)
    Scalar.multiply(x: part.base, mask: mask, count: part.count)
    Scalar.addScaled(x: target.base, y: part.base, count: part.count, scale: 1)
    return value
  }

  /// GJSD of the model's logits as they stand, without dropout.
  public func currentDiversity() -> Double { diversity.evaluate(logits: model.logits) }

  /// This step's soft selection matrix M, [K, D]; a hard sample selects the largest entry of each row.
  public var selectionMatrix: MatrixView<Scalar> { sample.matrix }
}
