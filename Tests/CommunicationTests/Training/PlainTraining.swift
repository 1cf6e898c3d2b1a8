import ConcreteAutoencoder
import LinearAlgebra
import Tables

/// The training loop of one process in its plainest form: each micro-batch's gradient, kept; a tree of pairs; one
/// update.
enum PlainTraining {
  /// The parameters after all steps, with the batch cut into `microBatches`.
  static func parameters(_ problem: TrainingCase, microBatches: Int) throws -> [Float] {
    let (configuration, plan) = (problem.configuration, try problem.plan)
    let (seed, batchSize) = (configuration.training.seed, configuration.training.batchSize)
    let model = Autoencoder<Float>(shape: problem.shape)
    model.initialize(seed: seed, logits: configuration.selector.initialLogits)
    let adam = Adam<Float>(layout: model.layout)
    let dataset = try problem.dataset
    let pass = TrainingPass(
      model: model, selector: configuration.selector, decoder: configuration.decoder,
      group: TensorParallelGroup(shape: problem.shape, blocks: problem.blocks, maximumRows: batchSize),
      maximumRows: batchSize, hasGaps: dataset.hasGaps, isWeighted: dataset.weights != nil)
    let loaders = pass.blocks.map { RowLoader<Float>(dataset, features: $0.features) }
    let order = try EpochOrder(rows: try problem.split.training, batchSize: batchSize, seed: seed)
    BLASRuntime.threadCount = 1
    for step in 0..<plan.totalSteps {
      order.prepare(epoch: step / plan.stepsPerEpoch)
      let batch = order.batch(step: step % plan.stepsPerEpoch)
      let control = plan.control(step: step)
      let selection = pass.draw(temperature: control.temperature, randomness: .keyed(seed: seed, step: step))
        .complete()
      var weight = 0.0
      var rowMajor: [(Range<Int>, [Float])] = []
      var level = (0..<microBatches).map { microBatch in
        let places = EpochOrder.slice(of: batch, rank: microBatch, worldSize: microBatches)
        order.withRows(at: places) { rows in
          for (index, loader) in loaders.enumerated() {
            let observed = index < pass.terms.count ? pass.terms[index].observed : nil
            loader.load(rows, into: pass.blocks[index].rows.base, observed: observed)
          }
          for terms in pass.terms {
            if let weights = terms.weights { loaders[0].loadWeights(rows, into: weights) }
          }
          loaders[0].loadTargets(rows, into: pass.targets)
        }
        let gradient = AlignedBuffer<Float>(count: model.layout.count)
        weight +=
          pass.gradient(
            selection, rowCount: places.count, firstRow: places.lowerBound - batch.lowerBound,
            globalRows: batch.count,
            into: gradient.base
          ).weight
        return gradient
      }
      while level.count > 1 {
        for index in stride(from: 0, to: level.count - 1, by: 2) {
          for place in 0..<model.layout.count { level[index].base[place] += level[index + 1].base[place] }
        }
        level = stride(from: 0, to: level.count, by: 2).map { level[$0] }
      }
      let shape = problem.shape
      let terms = shape.task.objective.weight(rows: batch.count, outputs: shape.outputCount)
      if !pass.countsAlike {
        for place in 0..<model.layout.count { level[0].base[place] *= Float(Double(terms) / weight) }
      }
      pass.completeGradient(of: selection, level[0].base, synchronize: {})
      for index in 0..<problem.blocks.count where problem.blocks.areDivided {
        // The logits' gradient lies block after block.
        let features = problem.blocks[index]
        let part = Array(
          UnsafeBufferPointer(
            start: level[0].base + shape.selectorCount * features.lowerBound,
            count: shape.selectorCount * features.count))
        rowMajor.append((features, part))
      }
      for (features, part) in rowMajor {
        for k in 0..<shape.selectorCount {
          for (offset, feature) in features.enumerated() {
            level[0].base[k * shape.featureCount + feature] = part[k * features.count + offset]
          }
        }
      }
      let indirect = IndirectLogits(of: model)
      indirect?.backward(
        MatrixView(level[0].base, rows: shape.selectorCount, columns: shape.featureCount),
        into: level[0].base + model.layout.indirectRange.lowerBound)
      adam.update(
        parameters: model.parameters, gradient: level[0].base,
        rates: .init(
          step: step, selectorRate: control.selectorRate / shape.selectorRateDivisor,
          decoderRate: control.decoderRate))
      indirect?.derive()
    }
    return withExtendedLifetime((model, adam, pass)) { Array(model.parameters.elements) }
  }
}
