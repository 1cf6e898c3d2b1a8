import LinearAlgebra

/// Forward and backward over micro-batches of a global batch, all memory allocated at the start.
///
/// A step: `draw`, `complete`, `gradient` of micro-batches; then, of their sum over all ranks, `completeGradient`. A
/// member of a tensor-parallel group works out the gradient of its own blocks' parameters over all the group's rows,
/// and its own micro-batches' part of the hidden layers' gradient.
///
/// Every product is one of a micro-batch and a block of features, or of a micro-batch in the hidden layers: the same
/// whoever works it out.
package final class TrainingPass<Scalar: Real> {
  /// The most rows of a micro-batch: so few that OpenBLAS adds up a product over them in one go, and what is then added to a
  /// gradient is the product as it would be alone.
  package static var mostRows: Int { 128 }

  /// This worker's blocks. Steps go through them by their places: by an iterator, where Scalar is not known, each would take memory.
  package let blocks: [Block]
  /// What the rows are compared with, where that is not their features.
  package let targets: TargetRows<Scalar>
  /// Which terms of the loss count, to be filled by the caller where there are such: of each of this worker's blocks, or, where
  /// the outputs are no features, of all outputs.
  package let terms: [CountedTerms<Scalar>]
  /// Where the gradient's tensors lie: as the parameters', and with that of the logits in any case, which `IndirectLogits` takes
  /// further. That of the logits lies block after block, [K, features] of each.
  package let gradientLayout: ParameterLayout

  /// Whether every term of the loss counts alike.
  package let countsAlike: Bool

  private let model: Autoencoder<Scalar>
  private let group: TensorParallelGroup<Scalar>
  private let sample: Sample
  private let logitsDropout: LogitsDropout<Scalar>
  /// Those of each micro-batch that this worker takes through them.
  private let hidden: [HiddenLayers<Scalar>]
  private let hiddenPart: Range<Int>
  /// The last layer, where its outputs are no features.
  private let output: OutputLayer<Scalar>?
  private let latent: AlignedBuffer<Scalar>
  private let topGradient: AlignedBuffer<Scalar>
  // [K, D] of room that only runs with the diversity term, and whoever asks for its value, need.
  private lazy var diversity = Diversity<Scalar>(shape: model.shape)
  private let gjsWeight: Double
  /// What the diversity term adds, before the logits' mask, [K, block]; empty without logits dropout.
  private let diversityGradient: AlignedBuffer<Scalar>

  /// One selection matrix for the batch, drawn ahead, or one for each group of rows, drawn where it is used; or features
  /// that stand.
  private enum Sample {
    case whole(SelectorSample<Scalar>)
    case grouped(GroupedSample<Scalar>)
    case fixed(FixedSelection<Scalar>)
  }

  /// Allocates room for batches of at most `maximumRows` rows in all, in micro-batches of at most `largestMicroBatch`, of which
  /// this worker takes at most `ownCount` through the hidden layers; by default there is one micro-batch.
  ///
  /// `maskGiven` makes room for a logits mask that comes with `Randomness.given`. M is kept in `selectionStorage` [K, D],
  /// block after block, which ranks may share, or in its own; with several noise groups there is no M to keep, and but one
  /// block. Without `trainsSelectors` the decoder alone is trained, on the features that `fixSelection` takes up; the logits'
  /// part of gradients is left as it is. `hasGaps` and `isWeighted` say whether features can be missing, and rows have weights.
  package init(
    model: Autoencoder<Scalar>, selector: SelectorConfiguration, decoder configuration: DecoderConfiguration,
    group: TensorParallelGroup<Scalar>? = nil, maximumRows: Int, largestMicroBatch: Int? = nil,
    ownCount: Int = 1, maskGiven: Bool = false, selectionStorage: AlignedBuffer<Scalar>? = nil,
    trainsSelectors: Bool = true, hasGaps: Bool = false, isWeighted: Bool = false
  ) {
    let shape = model.shape
    let height = shape.selectorCount
    let group =
      group
      ?? TensorParallelGroup(
        shape: shape, blocks: FeatureBlocks(featureCount: shape.featureCount, count: 1),
        maximumRows: maximumRows)
    precondition(
      !group.all.areDivided || selector.noiseGroups == 1, "a tensor-parallel group has one selection matrix")
    precondition(maximumRows <= group.maximumRows, "more rows than the group has memory for")
    self.model = model
    self.group = group
    let largest = largestMicroBatch ?? maximumRows
    gradientLayout = ParameterLayout(shape: shape.direct)
    blocks = group.blocks.map { [gradientLayout] block in
      let features = group.all[block]
      return Block(
        features: features, rows: AlignedBuffer(count: maximumRows * features.count),
        logits: height * features.lowerBound..<height * features.upperBound,
        output: shape.outputsAreFeatures
          ? OutputLayer(gradientLayout, outputs: features, maximumRows: largest) : nil)
    }
    output = shape.outputsAreFeatures ? nil : OutputLayer(gradientLayout, maximumRows: largest)
    let last = gradientLayout.layers[gradientLayout.layers.count - 1]
    hiddenPart = gradientLayout.decoderOffset..<last.weight.offset
    targets = TargetRows(shape.task.objective.target, capacity: maximumRows)
    terms = (shape.outputsAreFeatures ? blocks.map(\.features.count) : [shape.outputCount]).map {
      CountedTerms(
        rows: maximumRows, columns: $0, hasGaps: hasGaps && shape.outputsAreFeatures, isWeighted: isWeighted)
    }
    countsAlike = !isWeighted && !(hasGaps && shape.outputsAreFeatures)
    logitsDropout = LogitsDropout(shape: shape, probability: selector.logitsDropout, maskGiven: maskGiven)
    sample =
      !trainsSelectors
      ? .fixed(FixedSelection(blocks: blocks.map(\.features)))
      : selector.noiseGroups == 1
        ? .whole(
          SelectorSample(
            shape: shape, hard: selector.hard, dropout: logitsDropout, group: group, storage: selectionStorage
          ))
        : .grouped(
          GroupedSample(
            shape: shape, hard: selector.hard, groups: selector.noiseGroups, maximumRows: maximumRows))
    hidden = (0..<ownCount).map { _ in
      HiddenLayers(layout: model.layout, dropout: configuration.dropout, maximumRows: largest)
    }
    latent = AlignedBuffer(count: group.all.areDivided ? maximumRows * height : 0)
    topGradient = AlignedBuffer(count: largest * last.inputs)
    gjsWeight = selector.gjsWeight
    let masked = (selector.logitsDropout > 0 || maskGiven) && gjsWeight != 0
    diversityGradient = AlignedBuffer(
      count: masked ? height * (blocks.map(\.features.count).max() ?? 0) : 0)
    // Made now where steps need it, so that they allocate nothing.
    if gjsWeight != 0 { _ = diversity }
  }

  /// Draws this worker's blocks of this step's selection, or the rows `selectors` of them; the same for the same randomness.
  ///
  /// With several noise groups this draws the mask alone; `gradient` draws the rest.
  package func draw(
    temperature: Double, randomness: Randomness<Scalar>, selectors: Range<Int>? = nil
  ) -> DrawnSelection<Scalar> {
    switch sample {
    case .whole(let sample):
      sample.draw(
        logits: model.logits, selectors: selectors ?? allSelectors, temperature: temperature,
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

  /// Writes micro-batches' parts of the gradient of the global batch's mean loss, over as many terms as there would be if all
  /// counted alike, to `gradients` (in `gradientLayout`), or adds them.
  ///
  /// Where M is one for the batch the logits' part is the gradient of M, which `completeGradient` takes further. What is added
  /// is to the last bit what would be written.
  ///
  /// - Parameters:
  ///   - selection: what this pass drew last.
  ///   - tasks: micro-batches, whose rows the caller has filled in; in a tensor-parallel group all of its.
  ///   - globalRows: rows of the global batch, which the mean is over.
  ///   - synchronize: is called, equally often on every member, where none may go on before all have come; may
  ///     throw.
  ///   - note: is told what a task, and a block of it if the outputs are features, adds to the sums over the batch.
  package func gradient(
    _ selection: StepSelection<Scalar>, _ tasks: [PassTask], globalRows: Int,
    into gradients: GradientBuffers<Scalar>, synchronize: () throws -> Void,
    note: (LossSums, PassTask, _ block: Int) -> Void
  ) rethrows {
    precondition(
      tasks.allSatisfy { !$0.features.accumulates || $0.rows.count <= Self.mostRows },
      "too many rows to be added in one go")
    let step = GroupedSample.Step(selection: selection, globalRows: globalRows)
    select(tasks, step)
    if group.all.areDivided { try synchronize() }
    let parameters = model.parameters.base
    let scale =
      1 / Double(model.shape.task.objective.weight(rows: globalRows, outputs: model.shape.outputCount))
    forEachOwn(tasks) { task, target, layers in
      let top = layers.forward(
        parameters: parameters, latent: joinedLatent(task.rows), randomness: selection.randomness,
        firstRow: task.firstRow)
      guard let output else {
        return group.top(task.rows).base.update(from: top.base, count: top.count)
      }
      let below = MatrixView(topGradient.base, rows: top.rows, columns: top.columns)
      let sums = differentiate(
        output, task, top: top, scale: scale, target, gradients, shift: gradients.hiddenShift,
        topGradient: below)
      note(sums, task, 0)
      backwardHidden(task, target, layers, topGradient: below, gradients)
    }
    if output == nil {
      if group.all.areDivided { try synchronize() }
      for place in blocks.indices {
        let block = blocks[place]
        let number = group.blocks.lowerBound + place
        for task in tasks {
          let sums = differentiate(
            block.output!, task, top: group.top(task.rows), scale: scale, task.features, gradients,
            topGradient: group.topGradientPart(number, task.rows), place: place)
          note(sums, task, number)
        }
      }
      if group.all.areDivided { try synchronize() }
      forEachOwn(tasks) { task, target, layers in
        let below = group.sum(
          { group.topGradientPart($0, task.rows) },
          into: MatrixView(topGradient.base, rows: task.rows.count, columns: group.top(task.rows).columns))
        backwardHidden(task, target, layers, topGradient: below, gradients)
      }
    }
    if case .fixed = sample { return }
    if group.all.areDivided { try synchronize() }
    backwardSelection(tasks, step, gradients)
  }

  /// Calls `body` with each micro-batch that this worker takes through the hidden layers.
  private func forEachOwn(
    _ tasks: [PassTask], _ body: (PassTask, MicroBatchTask, HiddenLayers<Scalar>) -> Void
  ) {
    var index = 0
    for task in tasks {
      guard let target = task.hidden else { continue }
      body(task, target, hidden[index])
      index += 1
    }
  }

  /// Leaves the parts of U that this worker's blocks have.
  private func select(_ tasks: [PassTask], _ step: GroupedSample<Scalar>.Step) {
    for place in blocks.indices {
      let block = blocks[place]
      for task in tasks {
        let u = group.latentPart(group.blocks.lowerBound + place, task.rows)
        let x = rows(of: block, task)
        switch sample {
        case .whole(let sample): sample.select(x, block: place, into: u)
        case .grouped(let sample): sample.select(x, firstRow: task.firstRow, into: u, step: step)
        case .fixed(let sample): sample.select(x, block: place, into: u)
        }
      }
    }
  }

  /// U of some rows from the blocks' parts of it.
  private func joinedLatent(_ rows: Range<Int>) -> MatrixView<Scalar> {
    let width = model.shape.selectorCount
    return group.sum(
      { group.latentPart($0, rows) },
      into: MatrixView(latent.base + rows.lowerBound * width, rows: rows.count, columns: width))
  }

  /// The last layer, or this part of it: forward, the loss, and backward.
  private func differentiate(
    _ output: OutputLayer<Scalar>, _ task: PassTask, top: MatrixView<Scalar>, scale: Double,
    _ target: MicroBatchTask, _ gradients: GradientBuffers<Scalar>, shift: Int = 0,
    topGradient: MatrixView<Scalar>, place: Int = 0
  ) -> LossSums {
    let parameters = model.parameters.base
    let values = output.forward(parameters, top)
    let sums = terms[place].differentiate(
      model.shape.task.objective, values, bias: parameters + output.bias.lowerBound,
      target: targets.block(task.rows, features: features(of: place)),
      firstRow: task.rows.lowerBound, scale: scale)
    output.backward(
      parameters, values, input: top, into: gradients[target] + shift, accumulate: target.accumulates,
      inputGradient: topGradient)
    gradients.finish(target, rowCount: task.rows.count, output.weight.shifted(by: shift))
    gradients.finish(target, rowCount: task.rows.count, output.bias.shifted(by: shift))
    return sums
  }

  private func backwardHidden(
    _ task: PassTask, _ target: MicroBatchTask, _ layers: HiddenLayers<Scalar>,
    topGradient: MatrixView<Scalar>, _ gradients: GradientBuffers<Scalar>
  ) {
    let width = model.shape.selectorCount
    let u =
      group.all.areDivided
      ? MatrixView(latent.base + task.rows.lowerBound * width, rows: task.rows.count, columns: width)
      : group.latentPart(0, task.rows)
    layers.backward(
      parameters: model.parameters.base, topGradient: topGradient, latent: u,
      into: gradients[target] + gradients.hiddenShift, accumulate: target.accumulates,
      latentGradient: group.latentGradient(task.rows))
    gradients.finish(target, rowCount: task.rows.count, hiddenPart.shifted(by: gradients.hiddenShift))
  }

  private func backwardSelection(
    _ tasks: [PassTask], _ step: GroupedSample<Scalar>.Step, _ gradients: GradientBuffers<Scalar>
  ) {
    for place in blocks.indices {
      let block = blocks[place]
      for task in tasks {
        let (target, x) = (task.features, rows(of: block, task))
        let (delta, gradient) = (group.latentGradient(task.rows), gradients[target] + block.logits.lowerBound)
        switch sample {
        case .whole(let sample):
          sample.backward(
            latentGradient: delta, x: x, block: place, into: gradient, accumulate: target.accumulates)
        case .grouped(let sample):
          sample.backward(
            latentGradient: delta, x: x, firstRow: task.firstRow, into: matrix(gradient, block), step: step,
            accumulate: target.accumulates)
        case .fixed: break
        }
        gradients.finish(target, rowCount: task.rows.count, block.logits)
      }
    }
  }

  /// All rows' features in a block, where outputs are compared with them.
  private func features(of place: Int) -> MatrixView<Scalar>? {
    guard output == nil else { return nil }
    let (rows, width) = (blocks[place].rows, blocks[place].features.count)
    return MatrixView(rows.base, rows: rows.count / width, columns: width)
  }

  private func rows(of block: Block, _ task: PassTask) -> MatrixView<Scalar> {
    let width = block.features.count
    return MatrixView(
      block.rows.base + task.rows.lowerBound * width, rows: task.rows.count, columns: width)
  }

  private func matrix(_ logits: UnsafeMutablePointer<Scalar>, _ block: Block) -> MatrixView<Scalar> {
    MatrixView(logits, rows: model.shape.selectorCount, columns: block.features.count)
  }

  /// Takes up the features that the model's selectors choose now; of passes that do not train selectors.
  package func fixSelection() {
    guard case .fixed(let sample) = sample else { return }
    sample.take(model.selectedFeatures())
  }

  /// Takes rows `selectors`, by default all, of this worker's blocks of the logits' part of the whole batch's `gradient` (in
  /// `gradientLayout`) to what it is in the model's logits: back through softmax and dropout, and with the gradient of
  /// -weight * GJSD, which is that of the logits that `selection` took up.
  package func completeGradient(
    of selection: StepSelection<Scalar>, _ gradient: UnsafeMutablePointer<Scalar>,
    selectors: Range<Int>? = nil, synchronize: () throws -> Void
  ) rethrows {
    let selectors = selectors ?? allSelectors
    func part(_ block: Block) -> MatrixView<Scalar> { matrix(gradient + block.logits.lowerBound, block) }
    switch sample {
    case .whole(let sample):
      try sample.backwardSoftmax(selectors: selectors, synchronize: synchronize) { part(blocks[$0]) }
    case .grouped: break
    case .fixed: return
    }
    for place in blocks.indices {
      let block = blocks[place]
      logitsDropout.backward(part(block), block.features, mask: selection.mask, selectors: selectors)
      guard gjsWeight != 0 else { continue }
      guard selection.mask != nil else {
        diversity.addGradient(
          weight: -gjsWeight, selectors: selectors, features: block.features, to: part(block))
        continue
      }
      let term = matrix(diversityGradient.base, block)
      term.clear()
      diversity.addGradient(weight: -gjsWeight, selectors: selectors, features: block.features, to: term)
      logitsDropout.backward(term, block.features, mask: selection.mask, selectors: selectors)
      let own = term.rows(selectors)
      Scalar.addScaled(x: part(block).row(selectors.lowerBound), y: own.base, count: own.count, scale: 1)
    }
  }

  private var allSelectors: Range<Int> { 0..<model.shape.selectorCount }

  /// GJSD of the logits that the last selection took up, with dropout, in nats; nil at weight 0.
  package var stepDiversity: Double? { gjsWeight == 0 ? nil : diversity.value }

  /// GJSD of the model's logits as they stand, without dropout, in nats.
  package func currentDiversity() -> Double {
    diversity.take(logits: model.logits)
    return diversity.value
  }

  /// Copies of this worker's blocks of this step's soft selection matrix M, [K, features] of each, of which a hard sample
  /// selects the largest entry of each row; nil with several noise groups, which have one each.
  package var selectionMatrix: [[Scalar]]? {
    guard case .whole(let sample) = sample else { return nil }
    return sample.parts.map(\.dense)
  }

  /// How many rows of this worker's blocks of M hold the entries that count alone; nil with several noise groups.
  package var sparseRowCount: Int? {
    guard case .whole(let sample) = sample else { return nil }
    return sample.parts.reduce(0) { $0 + $1.sparseRowCount }
  }
}
