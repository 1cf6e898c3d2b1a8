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
/// A step: `drawSelection`, `beginGradient`, `gradient` of each of this rank's slices, then (after the all-reduce)
/// `addDiversity`.
public final class TrainingPass<Scalar: Real> {
  /// This slice's rows, [maximumRows, D], to be filled by the caller.
  public let rows: AlignedBuffer<Scalar>
  /// This slice's labels, to be filled by the caller (classification only).
  public let labels: UnsafeMutableBufferPointer<UInt8>

  private let model: Autoencoder<Scalar>
  private let sample: Sample
  private let logitsDropout: LogitsDropout<Scalar>
  private let decoder: Decoder<Scalar>
  private let latent: AlignedBuffer<Scalar>
  // [K, D] of room that only runs with the diversity term, and whoever asks for its value, need.
  private lazy var diversity = Diversity<Scalar>(shape: model.shape)
  private let gjsWeight: Double
  private var randomness: Randomness<Scalar> = .keyed(seed: 0, step: 0)
  private var temperature = 1.0
  // What several noise groups draw from: the logits with this step's dropout.
  private var effectiveLogits: MatrixView<Scalar>
  /// What the diversity term adds, before the logits' mask, [K, D]; empty without logits dropout.
  private let diversityGradient: AlignedBuffer<Scalar>

  /// One selection matrix for the batch, drawn ahead, or one for each group of rows, drawn where it is used.
  private enum Sample {
    case whole(SelectorSample<Scalar>)
    case grouped(GroupedSample<Scalar>)
  }

  /// Allocates room for slices of at most `maximumRows` rows. `maskGiven` makes room for a logits mask that
  /// comes with `Randomness.given`. M is kept in `selectionStorage` [K, D], which ranks may share, or in its own;
  /// with several noise groups there is no M to keep.
  public init(
    model: Autoencoder<Scalar>, selector: SelectorConfiguration, decoder configuration: DecoderConfiguration,
    maximumRows: Int, maskGiven: Bool = false, selectionStorage: AlignedBuffer<Scalar>? = nil
  ) {
    self.model = model
    let shape = model.shape
    rows = AlignedBuffer(count: maximumRows * shape.featureCount)
    labels = .allocate(capacity: maximumRows)
    labels.initialize(repeating: 0)
    logitsDropout = LogitsDropout(
      shape: shape, probability: selector.logitsDropout, maskGiven: maskGiven)
    sample =
      selector.noiseGroups == 1
      ? .whole(
        SelectorSample(
          shape: shape, hard: selector.hard, dropout: logitsDropout, storage: selectionStorage))
      : .grouped(GroupedSample(shape: shape, hard: selector.hard, groups: selector.noiseGroups))
    decoder = Decoder(
      shape: shape, layout: model.layout, dropout: configuration.dropout, maximumRows: maximumRows)
    latent = AlignedBuffer(count: maximumRows * shape.selectorCount)
    effectiveLogits = model.logits
    gjsWeight = selector.gjsWeight
    let masked = (selector.logitsDropout > 0 || maskGiven) && gjsWeight != 0
    diversityGradient = AlignedBuffer(count: masked ? shape.selectorCount * shape.featureCount : 0)
    // Made now where steps need it, so that they allocate nothing.
    if gjsWeight != 0 { _ = diversity }
  }

  deinit { labels.deallocate() }

  /// Draws this step's selection, or the rows `selectors` of it; the same on every rank for the same randomness.
  ///
  /// With several noise groups this draws the mask alone, and notes what `gradient` will draw with.
  public func drawSelection(
    temperature: Double, randomness: Randomness<Scalar>, selectors: Range<Int>? = nil
  ) {
    self.randomness = randomness
    self.temperature = temperature
    guard case .whole(let sample) = sample else { return logitsDropout.draw(randomness) }
    sample.draw(
      logits: model.logits, selectors: selectors ?? 0..<model.shape.selectorCount, temperature: temperature,
      randomness: randomness)
  }

  /// Takes up the logits that all of the step's slices are worked out with; once a step, after `drawSelection`.
  public func beginGradient() {
    if case .whole = sample, gjsWeight == 0 { return }
    effectiveLogits = logitsDropout.effective(model.logits)
    if gjsWeight != 0 { diversity.take(logits: effectiveLogits) }
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
    let step = GroupedSample.Step(
      logits: effectiveLogits, temperature: temperature, randomness: randomness, firstRow: firstRow,
      globalRows: globalRows)
    switch sample {
    case .whole(let sample): sample.select(x, into: u)
    case .grouped(let sample): sample.select(x, into: u, step: step)
    }
    decoder.forward(
      parameters: model.parameters.base, latent: u, randomness: randomness, firstRow: firstRow)
    let sums = differentiateLoss(x, globalRows: globalRows)
    let latentGradient = decoder.backward(
      parameters: model.parameters.base, latent: u, gradient: gradient)
    let logitsGradient = MatrixView(
      gradient, rows: model.shape.selectorCount, columns: model.shape.featureCount)
    switch sample {
    case .whole(let sample): sample.backward(latentGradient: latentGradient, x: x, into: logitsGradient)
    case .grouped(let sample):
      sample.backward(latentGradient: latentGradient, x: x, into: logitsGradient, step: step)
      logitsDropout.backward(logitsGradient)
    }
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

  /// Adds the gradient of -weight * GJSD to rows `selectors` of the ranks' summed gradient (flat), by default all;
  /// nothing at weight 0. The divergence is that of the logits as they were in `beginGradient`.
  public func addDiversity(to gradient: UnsafeMutablePointer<Scalar>, selectors: Range<Int>? = nil) {
    guard gjsWeight != 0 else { return }
    let shape = model.shape
    let selectors = selectors ?? 0..<shape.selectorCount
    let target = MatrixView(gradient, rows: shape.selectorCount, columns: shape.featureCount)
    guard let mask = logitsDropout.mask else {
      return diversity.addGradient(weight: -gjsWeight, selectors: selectors, to: target)
    }
    let part = MatrixView(
      diversityGradient.base, rows: shape.selectorCount, columns: shape.featureCount)
    part.clear()
    diversity.addGradient(weight: -gjsWeight, selectors: selectors, to: part)
    let start = selectors.lowerBound * part.columns
    let count = selectors.count * part.columns
    Scalar.multiply(x: part.base + start, mask: mask + start, count: count)
    Scalar.addScaled(x: target.base + start, y: part.base + start, count: count, scale: 1)
  }

  /// GJSD of the logits that the last `beginGradient` took up, with dropout, in nats; nil at weight 0.
  public var stepDiversity: Double? { gjsWeight == 0 ? nil : diversity.value }

  /// GJSD of the model's logits as they stand, without dropout, in nats.
  public func currentDiversity() -> Double {
    diversity.take(logits: model.logits)
    return diversity.value
  }

  /// This step's soft selection matrix M, [K, D], of which a hard sample selects the largest entry of each row; nil
  /// with several noise groups, which have one each.
  public var selectionMatrix: MatrixView<Scalar>? {
    guard case .whole(let sample) = sample else { return nil }
    return sample.matrix
  }
}
