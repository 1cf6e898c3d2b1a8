import ConcreteAutoencoder
import CounterRandom
import LinearAlgebra
import Testing

/// A small model in double precision, for checks of its gradient.
struct GradientCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  var hidden = [5]
  var layerNorm = false
  var dropout = 0.0
  var hard = false
  var gjsWeight = 0.0
  var logitsDropout = 0.0
  var noiseGroups = 1
  var selectors = 4
  var features = 13
  var temperature = 0.7
  var trainsSelectors = true
  /// p where logits are parametrised indirectly.
  var indirectSize: Int?
  /// Whether a third of the values is missing.
  var hasGaps = false
  /// Whether rows have weights.
  var isWeighted = false
  /// What the logits are multiplied by: a large number makes samples at low temperature one-hot.
  var sharpness = 1.0
  /// What the outputs are compared with, three classes where it is classes.
  var task = LearningTask.reconstruct
  private static let classes = 3
  static let rows = 11

  init(_ description: String, _ change: (inout GradientCase) -> Void = { _ in }) {
    testDescription = description
    change(&self)
  }

  static let soft =
    [
      GradientCase("one hidden layer"),
      GradientCase("linear decoder") { $0.hidden = [] },
      GradientCase("two hidden layers") { $0.hidden = [5, 7] },
      GradientCase("high temperature") { $0.temperature = 10 },
      GradientCase("low temperature") { $0.temperature = 0.3 },
      GradientCase("diversity") { $0.gjsWeight = 0.4 },
      GradientCase("logits dropout") { $0.logitsDropout = 0.3 },
      GradientCase("diversity under logits dropout") { ($0.gjsWeight, $0.logitsDropout) = (0.4, 0.3) },
      GradientCase("dropout") { ($0.hidden, $0.dropout) = ([5, 7], 0.25) },
      GradientCase("layer norm") { ($0.hidden, $0.layerNorm) = ([5, 7], true) },
      GradientCase("everything") {
        ($0.hidden, $0.layerNorm, $0.dropout) = ([5, 7], true, 0.25)
        ($0.gjsWeight, $0.logitsDropout) = (0.4, 0.3)
      },
      GradientCase("classification with everything") {
        ($0.hidden, $0.layerNorm, $0.dropout, $0.task) = ([6], true, 0.25, .classify)
        ($0.gjsWeight, $0.logitsDropout) = (0.4, 0.3)
      },
      GradientCase("2 noise groups") { $0.noiseGroups = 2 },
      GradientCase("8 noise groups, of one row and of two") { $0.noiseGroups = 8 },
      GradientCase("a noise group a row") { $0.noiseGroups = 0 },
      GradientCase("as many noise groups as rows") { $0.noiseGroups = GradientCase.rows },
      GradientCase("3 noise groups, everything") {
        ($0.hidden, $0.layerNorm, $0.dropout, $0.noiseGroups) = ([5, 7], true, 0.25, 3)
        ($0.gjsWeight, $0.logitsDropout) = (0.4, 0.3)
      },
      GradientCase("a noise group a row, everything") {
        ($0.hidden, $0.layerNorm, $0.dropout, $0.noiseGroups) = ([5, 7], true, 0.25, 0)
        ($0.gjsWeight, $0.logitsDropout) = (0.4, 0.3)
      },
      GradientCase("a noise group a row, more selectors than a block holds") {
        ($0.selectors, $0.noiseGroups) = (70, 0)
      },
      GradientCase("2 noise groups, more selectors than a block holds") {
        ($0.selectors, $0.noiseGroups) = (70, 2)
      },
    ]
    + LearningTask.allCases.flatMap { task in
      [
        GradientCase("task \(task.rawValue), values missing") { ($0.task, $0.hasGaps) = (task, true) },
        GradientCase("task \(task.rawValue), weights") { ($0.task, $0.isWeighted) = (task, true) },
        GradientCase("task \(task.rawValue), values missing, weights, diversity, dropout") {
          ($0.task, $0.hasGaps, $0.isWeighted) = (task, true, true)
          ($0.gjsWeight, $0.dropout, $0.hidden) = (0.4, 0.25, [5, 7])
        },
      ]
    } + LearningTask.allCases.map { task in GradientCase("task \(task.rawValue)") { $0.task = task } }

  /// Rows of M that have the entries that count alone.
  static let sparse = [
    GradientCase("sparse") { _ in },
    GradientCase("sparse, everything") {
      ($0.hidden, $0.layerNorm, $0.dropout) = ([5, 7], true, 0.25)
      ($0.gjsWeight, $0.logitsDropout, $0.hasGaps, $0.isWeighted) = (0.4, 0.3, true, true)
    },
    GradientCase("sparse, 3 noise groups") { $0.noiseGroups = 3 },
    GradientCase("sparse, a noise group a row, everything") {
      ($0.noiseGroups, $0.gjsWeight, $0.logitsDropout) = (0, 0.4, 0.3)
    },
  ].map { problem in
    var problem = problem
    (problem.features, problem.sharpness) = (150, 15)
    if problem.temperature == 0.7 { problem.temperature = 0.1 }
    return problem
  }

  /// With logits that follow from Psi, W and b.
  static let indirect = [
    GradientCase("indirect") { $0.indirectSize = 6 },
    GradientCase("indirect, one number a vector") { $0.indirectSize = 1 },
    GradientCase("indirect, longer vectors than features, several parts of selectors") {
      ($0.indirectSize, $0.selectors) = (17, 40)
    },
    GradientCase("indirect, a noise group a row") { ($0.indirectSize, $0.noiseGroups) = (6, 0) },
    GradientCase("indirect, everything") {
      ($0.indirectSize, $0.hidden, $0.layerNorm, $0.dropout) = (6, [5, 7], true, 0.25)
      ($0.gjsWeight, $0.logitsDropout, $0.hasGaps, $0.isWeighted) = (0.4, 0.3, true, true)
    },
    GradientCase("indirect, classification") { ($0.indirectSize, $0.task) = (6, .classify) },
  ]

  static let hard = [
    GradientCase("hard, linear decoder") { ($0.hard, $0.hidden) = (true, []) },
    GradientCase("hard, one hidden layer") { $0.hard = true },
    GradientCase("hard, everything") {
      ($0.hard, $0.hidden, $0.layerNorm, $0.dropout) = (true, [5, 7], true, 0.25)
      ($0.gjsWeight, $0.logitsDropout) = (0.4, 0.3)
    },
    GradientCase("hard, 4 noise groups") { ($0.hard, $0.noiseGroups) = (true, 4) },
    GradientCase("hard, a noise group a row, everything") {
      ($0.hard, $0.hidden, $0.layerNorm, $0.dropout) = (true, [5, 7], true, 0.25)
      ($0.gjsWeight, $0.logitsDropout, $0.noiseGroups) = (0.4, 0.3, 0)
    },
  ]

  var shape: ModelShape {
    ModelShape(
      featureCount: features, selectorCount: selectors, hidden: hidden, layerNorm: layerNorm,
      task: task, targetCount: task.outputCount(classes: Self.classes), indirectSize: indirectSize)
  }

  /// The model with numbers in every place.
  func makeModel() -> Autoencoder<Double> {
    let model = Autoencoder<Double>(shape: shape)
    model.initialize(seed: 21, logits: .uniform)
    // Small initial logits would hide errors in what depends on them; gains of 1 and shifts of 0 as well.
    if indirectSize == nil {
      Double.uniform(
        out: model.logits.base, count: model.logits.count, low: -2, high: 2,
        stream: RandomStream(seed: 22, purpose: .initialLogits))
      for index in 0..<model.logits.count { model.logits.base[index] *= sharpness }
    }
    for slot in model.layout.layers.flatMap({ [$0.gain, $0.shift] }).compactMap({ $0 }) {
      Double.uniform(
        out: model.parameters.base + slot.offset, count: slot.count, low: 0.4, high: 1.6,
        stream: RandomStream(seed: 23, purpose: .initialDecoder, row: slot.offset))
    }
    return model
  }

  /// A pass over the model for all rows: of one worker, or of a member of a tensor-parallel group that takes `ownCount`
  /// micro-batches through the hidden layers.
  func makePass(
    _ model: Autoencoder<Double>, group: TensorParallelGroup<Double>? = nil, ownCount: Int = 1,
    maskGiven: Bool = false
  ) -> TrainingPass<Double> {
    var selector = SelectorConfiguration()
    (selector.hard, selector.gjsWeight, selector.logitsDropout) = (hard, gjsWeight, logitsDropout)
    selector.noiseGroups = noiseGroups
    var decoder = DecoderConfiguration()
    (decoder.hidden, decoder.layerNorm, decoder.dropout) = (hidden, layerNorm, dropout)
    return TrainingPass(
      model: model, selector: selector, decoder: decoder, group: group, maximumRows: Self.rows,
      ownCount: ownCount, maskGiven: maskGiven, trainsSelectors: trainsSelectors, hasGaps: hasGaps,
      isWeighted: isWeighted)
  }

  /// A pass over this case's model, initialised and with all rows of the batch filled in.
  func makeProblem(maskGiven: Bool = false) -> (model: Autoencoder<Double>, pass: TrainingPass<Double>) {
    let model = makeModel()
    let pass = makePass(model, maskGiven: maskGiven)
    fill(pass, 0..<Self.rows, of: shape)
    return (model, pass)
  }

  /// Puts some rows of the batch at the front of the pass.
  func fill(_ pass: TrainingPass<Double>, _ range: Range<Int>, of shape: ModelShape) {
    let whole = AlignedBuffer<Double>(count: shape.featureCount)
    for (place, row) in range.enumerated() {
      Double.uniform(
        out: whole.base, count: shape.featureCount, low: 0, high: 1,
        stream: RandomStream(seed: 24, purpose: .syntheticData, row: row))
      for (index, block) in pass.blocks.enumerated() {
        let start = place * block.features.count
        (block.rows.base + start).update(
          from: whole.base + block.features.lowerBound, count: block.features.count)
        guard shape.outputsAreFeatures, let observed = pass.terms[index].observed else { continue }
        for (offset, feature) in block.features.enumerated() {
          observed[start + offset] = Self.isObserved(row: row, feature: feature) ? 1 : 0
        }
      }
      for terms in pass.terms { terms.weights?[place] = Self.weight(row: row) }
      switch task.objective.target {
      case .features: break
      case .classes: pass.targets.classes[place] = Int32(row % Self.classes)
      case .values: pass.targets.values.base[place] = Double(row * row % 7) - 2
      }
    }
  }

  /// All of row 4, and a third of the others.
  private static func isObserved(row: Int, feature: Int) -> Bool {
    row == 4 || (row * 5 + feature * 7) % 3 != 0
  }

  private static func weight(row: Int) -> Float { 0.25 + Float(row % 4) }

  /// The loss of the whole batch under the same noise and masks whenever it is called, and its gradient.
  func evaluate(
    _ model: Autoencoder<Double>, _ pass: TrainingPass<Double>, into gradient: AlignedBuffer<Double>
  ) -> Double {
    let indirect = IndirectLogits(of: model)
    indirect?.derive()
    let selection = pass.draw(temperature: temperature, randomness: .keyed(seed: 25, step: 3)).complete()
    let sums = pass.gradient(
      selection, rowCount: Self.rows, firstRow: 0, globalRows: Self.rows, into: gradient.base)
    let terms = Double(task.objective.weight(rows: Self.rows, outputs: shape.outputCount))
    for index in 0..<gradient.count { gradient.base[index] *= terms / sums.weight }
    pass.completeGradient(of: selection, gradient.base, synchronize: {})
    indirect?.backward(
      MatrixView(gradient.base, rows: shape.selectorCount, columns: shape.featureCount),
      into: gradient.base + model.layout.indirectRange.lowerBound)
    return sums.mean - gjsWeight * (pass.stepDiversity ?? 0)
  }
}

extension LearningTask {
  /// Outputs of a model for the task, with so many classes; nil where they are the features.
  func outputCount(classes: Int) -> Int? {
    switch objective.target {
    case .features: nil
    case .classes: classes
    case .values: 1
    }
  }
}
