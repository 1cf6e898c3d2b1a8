import LinearAlgebra

/// Forward and backward over slices of a global batch, all memory allocated at the start.
///
/// A step: `draw`, `complete`, `gradient` of each of this rank's slices, then (after the all-reduce) `addDiversity`. A
/// member of a tensor-parallel group works out the gradient of its own features' parameters over all the group's rows,
/// and its own rows' part of the hidden layers' gradient.
package final class TrainingPass<Scalar: Real> {
  /// The slice's rows with this worker's features, [maximumRows, features], to be filled by the caller.
  package let rows: AlignedBuffer<Scalar>
  /// What the rows that this worker takes through the hidden layers are compared with.
  package let targets: TargetRows<Scalar>
  /// Which terms of the loss count, to be filled by the caller where there are such: for all rows where the outputs are
  /// compared with the features, for those that this worker takes through the hidden layers where not.
  package let terms: CountedTerms<Scalar>
  /// Where the gradient's tensors lie: as the parameters', but with this worker's features alone, and with that of the logits
  /// in any case: `IndirectLogits` takes it further.
  package let gradientLayout: ParameterLayout

  private let model: Autoencoder<Scalar>
  private let logits: ColumnSlice<Scalar>
  private let tensorGroup: TensorParallelGroup<Scalar>
  private let sample: Sample
  private let logitsDropout: LogitsDropout<Scalar>
  private let decoder: Decoder<Scalar>
  private let latent: AlignedBuffer<Scalar>
  // [K, D] of room that only runs with the diversity term, and whoever asks for its value, need.
  private lazy var diversity = Diversity<Scalar>(shape: model.shape)
  private let gjsWeight: Double
  /// What the diversity term adds, before the logits' mask, [K, features]; empty without logits dropout.
  private let diversityGradient: AlignedBuffer<Scalar>

  /// One selection matrix for the batch, drawn ahead, or one for each group of rows, drawn where it is used; or features
  /// that stand.
  private enum Sample {
    case whole(SelectorSample<Scalar>)
    case grouped(GroupedSample<Scalar>)
    case fixed(FixedSelection<Scalar>)
  }

  /// Allocates room for slices of at most `maximumRows` rows, of which this worker takes at most `ownMaximum`, by
  /// default all, through the hidden layers.
  ///
  /// `maskGiven` makes room for a logits mask that comes with `Randomness.given`. M is kept in `selectionStorage` [K,
  /// features], which ranks may share, or in its own; with several noise groups there is no M to keep, and no
  /// tensor-parallel group. The selection is drawn from `logits`, this worker's features of the model's, by default the
  /// model's themselves; the diversity term and several noise groups read the model's. Without `trainsSelectors` the
  /// decoder alone is trained, on the features that `fixSelection` takes up; the logits' part of gradients is left as
  /// it is. `hasGaps` and `isWeighted` say whether features can be missing, and rows have weights.
  package init(
    model: Autoencoder<Scalar>, selector: SelectorConfiguration, decoder configuration: DecoderConfiguration,
    tensorGroup: TensorParallelGroup<Scalar>? = nil, logits: ColumnSlice<Scalar>? = nil, maximumRows: Int,
    ownMaximum: Int? = nil, maskGiven: Bool = false,
    selectionStorage: AlignedBuffer<Scalar>? = nil, trainsSelectors: Bool = true, hasGaps: Bool = false,
    isWeighted: Bool = false
  ) {
    let shape = model.shape
    let tensorGroup = tensorGroup ?? .alone(shape: shape)
    precondition(
      tensorGroup.isAlone || selector.noiseGroups == 1, "a tensor-parallel group has one selection matrix")
    precondition(
      maximumRows <= tensorGroup.maximumRows, "more rows than the group has memory for")
    self.model = model
    self.tensorGroup = tensorGroup
    self.logits = logits ?? ColumnSlice(of: model.logits, columns: tensorGroup.features)
    precondition(self.logits.columns == tensorGroup.features, "logits of other features")
    gradientLayout = ParameterLayout(shape: shape.direct.slice(featureCount: tensorGroup.features.count))
    let ownMaximum = ownMaximum ?? maximumRows
    rows = AlignedBuffer(count: maximumRows * tensorGroup.features.count)
    targets = TargetRows(shape.task.objective.target, capacity: ownMaximum)
    terms = CountedTerms(
      rows: shape.outputsAreFeatures ? maximumRows : ownMaximum, columns: tensorGroup.features.count,
      hasGaps: hasGaps && shape.outputsAreFeatures, isWeighted: isWeighted)
    logitsDropout = LogitsDropout(
      shape: shape, features: tensorGroup.features, probability: selector.logitsDropout, maskGiven: maskGiven)
    sample =
      !trainsSelectors
      ? .fixed(FixedSelection(features: tensorGroup.features))
      : selector.noiseGroups == 1
        ? .whole(
          SelectorSample(
            shape: shape, hard: selector.hard, dropout: logitsDropout, tensorGroup: tensorGroup,
            storage: selectionStorage))
        : .grouped(
          GroupedSample(
            shape: shape, hard: selector.hard, groups: selector.noiseGroups, maximumRows: maximumRows))
    decoder = Decoder(
      layout: model.layout, gradientLayout: gradientLayout,
      firstOutput: shape.outputsAreFeatures ? tensorGroup.features.lowerBound : 0,
      dropout: configuration.dropout,
      maximumRows: ownMaximum, maximumOutputRows: shape.outputsAreFeatures ? maximumRows : ownMaximum)
    latent = AlignedBuffer(count: ownMaximum * shape.selectorCount)
    gjsWeight = selector.gjsWeight
    let masked = (selector.logitsDropout > 0 || maskGiven) && gjsWeight != 0
    diversityGradient = AlignedBuffer(count: masked ? shape.selectorCount * tensorGroup.features.count : 0)
    // Made now where steps need it, so that they allocate nothing.
    if gjsWeight != 0 { _ = diversity }
  }

  /// Draws this step's selection, or the rows `selectors` of it; the same on every rank for the same randomness.
  ///
  /// With several noise groups this draws the mask alone; `gradient` draws the rest.
  package func draw(
    temperature: Double, randomness: Randomness<Scalar>, selectors: Range<Int>? = nil
  ) -> DrawnSelection<Scalar> {
    switch sample {
    case .whole(let sample):
      sample.draw(
        logits: logits, selectors: selectors ?? 0..<model.shape.selectorCount, temperature: temperature,
        randomness: randomness)
    case .grouped: logitsDropout.draw(randomness)
    case .fixed: break
    }
    return DrawnSelection(pass: self, temperature: temperature, randomness: randomness)
  }

  func complete(temperature: Double, randomness: Randomness<Scalar>) -> StepSelection<Scalar> {
    var effective = model.logits
    var isGrouped = false
    switch sample {
    case .whole(let sample): sample.complete()
    case .grouped: isGrouped = true
    case .fixed: break
    }
    if isGrouped || gjsWeight != 0 { effective = logitsDropout.effective(effective) }
    if gjsWeight != 0 { diversity.take(logits: effective) }
    return StepSelection(
      logits: effective, mask: logitsDropout.mask, temperature: temperature, randomness: randomness)
  }

  /// Writes this slice's part of the gradient of the global batch's mean loss, over as many terms as there would be if all
  /// counted alike, to `gradient` (in `gradientLayout`) and returns the slice's sums, in a tensor-parallel group this
  /// member's part of them.
  ///
  /// - Parameters:
  ///   - selection: what this pass drew last.
  ///   - rowCount: rows in `rows`; 0 gives a zero gradient.
  ///   - own: the rows that this worker takes through the hidden layers: in a tensor-parallel group every row is one member's.
  ///   - firstRow: the slice's first row in the global batch.
  ///   - globalRows: rows of the global batch, which the mean is over.
  ///   - synchronize: is called, equally often on every member, where none may go on before all have come; may
  ///     throw.
  package func gradient(
    _ selection: StepSelection<Scalar>, rowCount: Int, own: Range<Int>, firstRow: Int, globalRows: Int,
    into gradient: UnsafeMutablePointer<Scalar>, synchronize: () throws -> Void
  ) rethrows -> LossSums {
    let parameters = model.parameters.base
    let x = MatrixView(rows.base, rows: rowCount, columns: tensorGroup.features.count)
    let u = MatrixView(latent.base, rows: own.count, columns: model.shape.selectorCount)
    let step = GroupedSample.Step(selection: selection, firstRow: firstRow, globalRows: globalRows)
    try select(x, own: own, into: u, step: step, synchronize: synchronize)
    var top = decoder.forwardHidden(
      parameters: parameters, latent: u, randomness: selection.randomness, firstRow: firstRow + own.lowerBound
    )
    let dividesOutput = !tensorGroup.isAlone && model.shape.outputsAreFeatures
    if dividesOutput {
      let all = tensorGroup.top(rows: rowCount)
      all.row(own.lowerBound).update(from: top.base, count: top.count)
      top = all
      try synchronize()
    }
    let output = decoder.forwardOutput(parameters: parameters, top: top)
    let objective = model.shape.task.objective
    let sums = terms.differentiate(
      objective, output, bias: decoder.outputBias(parameters),
      target: targets.block(0, output.rows, features: x),
      scale: 1 / Double(objective.weight(rows: globalRows, outputs: model.shape.outputCount)))
    let ownTopGradient = decoder.topGradient(rows: own.count)
    decoder.backwardOutput(
      parameters: parameters, outputGradient: output, top: top, gradient: gradient,
      into: dividesOutput ? tensorGroup.topGradientPart(tensorGroup.member, rows: rowCount) : ownTopGradient)
    if dividesOutput {
      try synchronize()
      tensorGroup.sum({ tensorGroup.topGradientPart($0, rows: rowCount) }, rows: own, into: ownTopGradient)
    }
    var latentGradient = decoder.backwardHidden(parameters: parameters, latent: u, gradient: gradient)
    if case .fixed = sample { return sums }
    if !tensorGroup.isAlone {
      let all = tensorGroup.latentGradient(rows: rowCount)
      all.row(own.lowerBound).update(from: latentGradient.base, count: latentGradient.count)
      latentGradient = all
      try synchronize()
    }
    let logitsGradient = MatrixView(
      gradient, rows: model.shape.selectorCount, columns: tensorGroup.features.count)
    switch sample {
    case .whole(let sample):
      try sample.backward(
        latentGradient: latentGradient, x: x, into: logitsGradient, synchronize: synchronize)
    case .grouped(let sample):
      sample.backward(latentGradient: latentGradient, x: x, into: logitsGradient, step: step)
      logitsDropout.backward(logitsGradient, mask: selection.mask)
    case .fixed: break
    }
    return sums
  }

  /// Takes up the features that the model's selectors choose now; of passes that do not train selectors.
  package func fixSelection() {
    guard case .fixed(let sample) = sample else { return }
    sample.take(model.selectedFeatures())
  }

  /// The gradient of a slice for a worker that is alone.
  package func gradient(
    _ selection: StepSelection<Scalar>, rowCount: Int, firstRow: Int, globalRows: Int,
    into gradient: UnsafeMutablePointer<Scalar>
  ) -> LossSums {
    precondition(tensorGroup.isAlone, "a member of a tensor-parallel group meets the others")
    return self.gradient(
      selection, rowCount: rowCount, own: 0..<rowCount, firstRow: firstRow, globalRows: globalRows,
      into: gradient,
      synchronize: {})
  }

  /// U of the own rows.
  private func select(
    _ x: MatrixView<Scalar>, own: Range<Int>, into u: MatrixView<Scalar>, step: GroupedSample<Scalar>.Step,
    synchronize: () throws -> Void
  ) rethrows {
    switch sample {
    case .grouped(let sample): sample.select(x, into: u, step: step)
    case .whole(let sample): try join(x, own: own, into: u, synchronize: synchronize, sample.select)
    case .fixed(let sample): try join(x, own: own, into: u, synchronize: synchronize, sample.select)
    }
  }

  /// U of the own rows from the members' parts of it.
  private func join(
    _ x: MatrixView<Scalar>, own: Range<Int>, into u: MatrixView<Scalar>, synchronize: () throws -> Void,
    _ select: (MatrixView<Scalar>, MatrixView<Scalar>) -> Void
  ) rethrows {
    guard !tensorGroup.isAlone else { return select(x, u) }
    select(x, tensorGroup.latentPart(tensorGroup.member, rows: x.rows))
    try synchronize()
    tensorGroup.sum({ tensorGroup.latentPart($0, rows: x.rows) }, rows: own, into: u)
  }

  /// Adds the gradient of -weight * GJSD to rows `selectors` of the ranks' summed gradient (in `gradientLayout`), by
  /// default all; nothing at weight 0. The divergence is that of the logits which `selection` took up.
  package func addDiversity(
    of selection: StepSelection<Scalar>, to gradient: UnsafeMutablePointer<Scalar>,
    selectors: Range<Int>? = nil
  ) {
    guard gjsWeight != 0 else { return }
    let features = tensorGroup.features
    let selectors = selectors ?? 0..<model.shape.selectorCount
    let target = MatrixView(gradient, rows: model.shape.selectorCount, columns: features.count)
    guard selection.mask != nil else {
      return diversity.addGradient(
        weight: -gjsWeight, selectors: selectors, features: features, to: target)
    }
    let part = MatrixView(diversityGradient.base, rows: target.rows, columns: target.columns)
    part.clear()
    diversity.addGradient(weight: -gjsWeight, selectors: selectors, features: features, to: part)
    logitsDropout.backward(part, mask: selection.mask, selectors: selectors)
    let start = selectors.lowerBound * part.columns
    Scalar.addScaled(
      x: target.base + start, y: part.base + start, count: selectors.count * part.columns, scale: 1)
  }

  /// GJSD of the logits that the last selection took up, with dropout, in nats; nil at weight 0.
  package var stepDiversity: Double? { gjsWeight == 0 ? nil : diversity.value }

  /// GJSD of the model's logits as they stand, without dropout, in nats.
  package func currentDiversity() -> Double {
    diversity.take(logits: model.logits)
    return diversity.value
  }

  /// A copy of this step's soft selection matrix M, this worker's features of it [K, features], of which a hard sample selects
  /// the largest entry of each row; nil with several noise groups, which have one each.
  package var selectionMatrix: [Scalar]? {
    guard case .whole(let sample) = sample else { return nil }
    return sample.rows.dense
  }

  /// How many rows of M, as far as this worker has it, hold the entries that count alone; nil with several noise groups.
  package var sparseRowCount: Int? {
    guard case .whole(let sample) = sample else { return nil }
    return sample.rows.sparseRowCount
  }
}
