import ConcreteAutoencoder
import LinearAlgebra
import Testing

/// One training step, evaluation and Adam step against PyTorch's values.
@Suite struct PyTorchParityTests {
  static let floatTolerance = 1e-5
  static let doubleTolerance = 1e-12

  @Test("a training step in float", arguments: ReferenceCase.names)
  func stepInFloat(name: String) throws {
    try checkStep(Float.self, name, Self.floatTolerance)
  }

  @Test("a training step in double", arguments: ReferenceCase.names)
  func stepInDouble(name: String) throws {
    try checkStep(Double.self, name, Self.doubleTolerance)
  }

  @Test("evaluation in float", arguments: ReferenceCase.names)
  func evaluationInFloat(name: String) throws {
    try checkEvaluation(Float.self, name, Self.floatTolerance)
  }

  @Test("evaluation in double", arguments: ReferenceCase.names)
  func evaluationInDouble(name: String) throws {
    try checkEvaluation(Double.self, name, Self.doubleTolerance)
  }

  @Test("an Adam step of the whole model", arguments: ["soft", "everything", "indirect"])
  func adamStep(name: String) throws {
    try checkAdam(Float.self, name, Self.floatTolerance)
    try checkAdam(Double.self, name, Self.doubleTolerance)
  }

  private func checkStep<Scalar: Real>(_: Scalar.Type, _ name: String, _ tolerance: Double) throws {
    let reference = try ReferenceCase(named: name)
    let settings = reference.settings
    let step = ReferenceStep<Scalar>(reference)
    let tensors = step.model.layout.tensors
    #expect(Set(tensors.map(\.name)) == Set(reference.parameters.keys))
    for slot in tensors { #expect(slot.shape == reference.parameters[slot.name]?.shape, "\(slot.name)") }

    let (sums, diversity) = step.run()
    let loss = sums.mean
    expectClose(loss, reference.objectiveLoss, tolerance: tolerance, "loss without diversity")
    expectClose(diversity, reference.outputs.gjs, tolerance: tolerance, "diversity")
    expectClose(
      loss - settings.gjsWeight * diversity, reference.outputs.loss, tolerance: tolerance, "loss")
    if settings.indirectSize != nil {
      expectClose(
        step.model.logits.base, try #require(reference.parameters["encoder.logits"]).data,
        tolerance: tolerance,
        "derived logits")
    }
    try checkSelection(step, reference, tolerance)
    for slot in tensors {
      let expected = try #require(reference.gradients[slot.name]).data
      expectClose(
        step.gradient.base + slot.offset, expected, tolerance: tolerance, "gradient of \(slot.name)")
    }
  }

  private func checkSelection<Scalar: Real>(
    _ step: ReferenceStep<Scalar>, _ reference: ReferenceCase, _ tolerance: Double
  ) throws {
    var elements = try #require(step.pass.selectionMatrix)[0]
    let shape = step.model.shape
    try elements.withUnsafeMutableBufferPointer { elements in
      let base = try #require(elements.baseAddress)
      checkSelection(
        MatrixView(base, rows: shape.selectorCount, columns: shape.featureCount), step, reference, tolerance)
    }
  }

  private func checkSelection<Scalar: Real>(
    _ matrix: MatrixView<Scalar>, _ step: ReferenceStep<Scalar>, _ reference: ReferenceCase,
    _ tolerance: Double
  ) {
    let expected = reference.outputs.selectionMatrix.data
    guard !reference.settings.hard else {
      for k in 0..<matrix.rows {
        var index = 0
        _ = Scalar.max(x: matrix.row(k), count: matrix.columns, index: &index)
        #expect(expected[k * matrix.columns + index] > 0.5, "selector \(k) samples feature \(index)")
      }
      return
    }
    expectClose(matrix.base, expected, tolerance: tolerance, "selection matrix")
    let latent = AlignedBuffer<Scalar>(count: reference.outputs.latent.data.count)
    let rows = reference.settings.rows
    MatrixView(latent.base, rows: rows, columns: matrix.rows).assign(
      product: MatrixView(step.pass.blocks[0].rows.base, rows: rows, columns: matrix.columns),
      transposed: matrix)
    expectClose(latent.base, reference.outputs.latent.data, tolerance: tolerance, "latent")
  }

  private func checkEvaluation<Scalar: Real>(_: Scalar.Type, _ name: String, _ tolerance: Double) throws {
    let reference = try ReferenceCase(named: name)
    let settings = reference.settings
    let model = ReferenceStep<Scalar>(reference).model
    #expect(model.selectedFeatures() == reference.evaluation.selected)
    let evaluator = Evaluator(model: model, maximumRows: settings.rows + 2)
    evaluator.rows.fill(reference.inputs.x.data)
    let output = evaluator.decode(rowCount: settings.rows)
    expectClose(
      output.base, reference.evaluation.reconstruction.data, tolerance: tolerance, "reconstruction")
    for (row, label) in (reference.inputs.labels ?? []).enumerated() {
      evaluator.targets.classes[row] = label
    }
    let sums = evaluator.evaluate(rowCount: settings.rows)
    expectClose(sums.mean, reference.evaluationLoss, tolerance: tolerance, "evaluation loss")
    if let classes = settings.classes, let labels = reference.inputs.labels {
      let expected = labels.indices.count { row in
        let values = reference.evaluation.reconstruction.data[row * classes..<(row + 1) * classes]
        return values.max() == values[row * classes + Int(labels[row])]
      }
      #expect(sums.correct == Double(expected))
    }
    #expect(evaluator.evaluate(rowCount: 0) == LossSums())
  }

  private func checkAdam<Scalar: Real>(_: Scalar.Type, _ name: String, _ tolerance: Double) throws {
    let reference = try ReferenceCase(named: name)
    let expected = try #require(reference.adam)
    let step = ReferenceStep<Scalar>(reference)
    _ = step.run()
    let adam = Adam<Scalar>(layout: step.model.layout)
    adam.update(
      parameters: step.model.parameters, gradient: step.gradient.base,
      rates: .init(
        step: 0, selectorRate: expected.selectorLearningRate, decoderRate: expected.learningRate))
    for slot in step.model.layout.tensors {
      expectClose(
        step.model.parameters.base + slot.offset, try #require(expected.parameters[slot.name]).data,
        tolerance: tolerance, "\(slot.name) after Adam")
    }
  }
}
