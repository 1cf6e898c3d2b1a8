import ConcreteAutoencoder
import LinearAlgebra

/// A `ReferenceCase` set up in the model, its noise and masks given.
final class ReferenceStep<Scalar: Real> {
  let model: Autoencoder<Scalar>
  let pass: TrainingPass<Scalar>
  let gradient: AlignedBuffer<Scalar>
  private let noise: AlignedBuffer<Scalar>
  private let logitsMask: AlignedBuffer<Scalar>?
  private let dropoutMasks: [AlignedBuffer<Scalar>]
  private let reference: ReferenceCase

  init(_ reference: ReferenceCase) {
    self.reference = reference
    let settings = reference.settings
    let shape = ModelShape(
      featureCount: settings.features, selectorCount: settings.k, hidden: settings.hidden,
      layerNorm: settings.layerNorm,
      task: settings.classes == nil ? .reconstruct : .classify, targetCount: settings.classes,
      indirectSize: settings.indirectSize)
    model = Autoencoder(shape: shape)
    for slot in model.layout.tensors {
      for (index, value) in (reference.parameters[slot.name]?.data ?? []).enumerated() {
        model.parameters.base[slot.offset + index] = Scalar(value)
      }
    }
    IndirectLogits(of: model)?.derive()
    var selector = SelectorConfiguration()
    selector.k = settings.k
    selector.hard = settings.hard
    selector.gjsWeight = settings.gjsWeight
    var decoder = DecoderConfiguration()
    decoder.hidden = settings.hidden
    decoder.layerNorm = settings.layerNorm
    pass = TrainingPass(
      model: model, selector: selector, decoder: decoder, maximumRows: settings.rows,
      maskGiven: reference.inputs.logitsMask != nil)
    pass.blocks[0].rows.fill(reference.inputs.x.data)
    for (row, label) in (reference.inputs.labels ?? []).enumerated() { pass.targets.classes[row] = label }
    noise = AlignedBuffer(reference.inputs.noise.data)
    logitsMask = reference.inputs.logitsMask.map {
      AlignedBuffer($0.data.map { $0 / (1 - settings.logitsDropout) })
    }
    dropoutMasks = (reference.inputs.dropoutMasks ?? []).map {
      AlignedBuffer($0.data.map { $0 / (1 - settings.dropout) })
    }
    gradient = AlignedBuffer(count: model.layout.count)
  }

  /// Runs the step; `gradient` then holds that of the whole loss.
  func run() -> (sums: LossSums, diversity: Double) {
    let selection = pass.draw(
      temperature: reference.settings.temperature,
      randomness: .given(
        noise: noise.base, logitsMask: logitsMask.map { UnsafePointer($0.base) },
        dropoutMasks: dropoutMasks.map { UnsafePointer($0.base) })
    ).complete()
    let rows = reference.settings.rows
    let sums = pass.gradient(selection, rowCount: rows, firstRow: 0, globalRows: rows, into: gradient.base)
    pass.completeGradient(of: selection, gradient.base, synchronize: {})
    let shape = model.shape
    IndirectLogits(of: model)?.backward(
      MatrixView(gradient.base, rows: shape.selectorCount, columns: shape.featureCount),
      into: gradient.base + model.layout.indirectRange.lowerBound)
    return (sums, pass.stepDiversity ?? pass.currentDiversity())
  }
}

extension AlignedBuffer {
  convenience init(_ values: [Double]) {
    self.init(count: values.count)
    fill(values)
  }

  func fill(_ values: [Double]) {
    for (index, value) in values.enumerated() { base[index] = Scalar(value) }
  }
}
