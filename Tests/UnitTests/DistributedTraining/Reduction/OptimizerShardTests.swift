import ConcreteAutoencoder
import DistributedTraining
import Testing

/// What each of several ranks updates.
@Suite struct OptimizerShardTests {
  /// A model, and how ranks divide its features, if they do.
  struct Model: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let shape: ModelShape

    init(
      _ name: String, features: Int = 37, k: Int = 4, hidden: [Int] = [12], norm: Bool = false,
      classes: Int? = nil
    ) {
      testDescription = name
      shape = ModelShape(
        featureCount: features, selectorCount: k, hidden: hidden, layerNorm: norm,
        task: classes == nil ? .reconstruct : .classify, targetCount: classes)
    }
  }

  static let models = [
    Model("linear", hidden: []), Model("one hidden layer"),
    Model("two hidden layers, layer norm", hidden: [33, 20], norm: true),
    Model("more ranks than selectors", k: 1), Model("fewer features than ranks", features: 3, k: 2),
    Model("classes", classes: 3), Model("linear, classes", hidden: [], classes: 40),
    Model("slices on cache lines", features: 784, k: 3, hidden: [20]),
  ]

  /// The shares of `count` ranks, with where their gradients belong.
  private func shares(_ shape: ModelShape, count: Int, _ division: WorkDivision) -> [(
    shard: OptimizerShard, places: GradientPlaces
  )] {
    let layout = ParameterLayout(shape: shape)
    let slices = TensorParallelGroup<Float>.slices(featureCount: shape.featureCount, memberCount: count)
    return (0..<count).map { index in
      switch division {
      case .rows:
        return (
          OptimizerShard(layout: layout, index: index, count: count),
          GradientPlaces(shape: shape, gradientLayout: layout, features: 0..<shape.featureCount)
        )
      case .features:
        let own = ParameterLayout(shape: shape.slice(featureCount: slices[index].count))
        return (
          OptimizerShard(
            layout: layout, gradientLayout: own, features: slices[index],
            outputsAreFeatures: shape.outputsAreFeatures, index: index, count: count),
          GradientPlaces(shape: shape, gradientLayout: own, features: slices[index])
        )
      }
    }
  }

  @Test(
    "every parameter is updated by one rank, with its own gradient", arguments: models,
    [WorkDivision.rows, .features])
  func coverage(_ model: Model, division: WorkDivision) {
    for count in [1, 2, 3, 5, 8] {
      var updated: [Int: Int] = [:]
      for (rank, (shard, places)) in shares(model.shape, count: count, division).enumerated() {
        let what = "rank \(rank) of \(count)"
        for part in shard.parts {
          #expect(!part.gradient.isEmpty, "\(what): an empty part")
          #expect(part.decoder.map { $0.count == part.gradient.count } ?? true, "\(what): \(part)")
          for (index, place) in part.gradient.enumerated() {
            guard let parameter = places.parameters[place] else { continue }
            updated[parameter, default: 0] += 1
            if let decoder = part.decoder, decoder.lowerBound + index != parameter {
              Issue.record(
                "\(what): gradient \(place) goes to \(decoder.lowerBound + index), not \(parameter)")
            }
            // Only its owner has the gradient of a feature's parameter.
            if division == .features && part.isSummed == places.ofFeatures.contains(parameter) {
              Issue.record("\(what): parameter \(parameter) is summed: \(part.isSummed)")
            }
            if division == .rows && !part.isSummed { Issue.record("\(what): \(parameter) is not summed") }
          }
        }
      }
      let all = GradientPlaces.all(of: model.shape)
      #expect(updated.values.allSatisfy { $0 == 1 }, "\(count) ranks: a parameter is updated twice")
      #expect(Set(updated.keys) == all, "\(count) ranks: \(all.subtracting(updated.keys).count) are left out")
    }
  }

  @Test("what logits follow from is divided whole, and nothing else changes places", arguments: models)
  func indirect(_ model: Model) {
    let shape = model.shape
    let layout = ParameterLayout(
      shape: ModelShape(
        featureCount: shape.featureCount, selectorCount: shape.selectorCount, hidden: shape.hidden,
        layerNorm: shape.layerNorm, task: shape.task,
        targetCount: shape.outputsAreFeatures ? nil : shape.outputCount, indirectSize: 7))
    let direct = ParameterLayout(shape: shape)
    for count in [1, 2, 3, 8] {
      var places: [Int] = []
      for index in 0..<count {
        let shard = OptimizerShard(layout: layout, index: index, count: count)
        #expect(shard.parts == OptimizerShard(layout: direct, index: index, count: count).parts)
        places += shard.indirect
      }
      #expect(places == Array(direct.count..<layout.count))
    }
  }

  @Test(
    "the selectors are those whose logits are in the share", arguments: models,
    [WorkDivision.rows, .features])
  func selectors(_ model: Model, division: WorkDivision) {
    for (shard, places) in shares(model.shape, count: 3, division) {
      let logits = shard.parts.filter { $0.decoder == nil }.flatMap { Array($0.gradient) }
      let selectors = Set(logits.compactMap { places.parameters[$0] }.map { $0 / model.shape.featureCount })
      #expect(logits.isEmpty || selectors == Set(shard.selectors))
    }
  }

  @Test("segments go through the parts in order", arguments: models, [WorkDivision.rows, .features])
  func segments(_ model: Model, division: WorkDivision) {
    for (shard, _) in shares(model.shape, count: 3, division) {
      let all = shard.parts.flatMap { Array($0.gradient) }
      #expect(shard.count == all.count)
      for slices in [1, 2, 3, 7] {
        let cuts = (0...slices).map { shard.count * $0 / slices }
        let segments = zip(cuts, cuts.dropFirst()).map { shard.segments(of: $0..<$1) }
        #expect(segments.allSatisfy { $0.count <= shard.parts.count })
        #expect(segments.flatMap { $0.flatMap { Array($0) } } == all, "\(slices) slices")
      }
    }
  }
}
