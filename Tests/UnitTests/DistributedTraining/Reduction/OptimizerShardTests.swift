import ConcreteAutoencoder
import DistributedTraining
import Testing

/// What each of several ranks updates.
@Suite struct OptimizerShardTests {
  /// A model.
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
    Model("blocks on cache lines", features: 784, k: 3, hidden: [20]),
  ]

  /// The shares of `count` ranks of a node, which divide rows, or features in so many blocks.
  private func shards(_ shape: ModelShape, count: Int, blocks: Int) -> [OptimizerShard] {
    let plan = ReductionPlan(
      microBatches: 4, blocks: self.blocks(shape, blocks), nodeCount: 1, ranksPerNode: count)
    return (0..<count).map { OptimizerShard(shape, plan, rank: $0) }
  }

  private func blocks(_ shape: ModelShape, _ count: Int) -> FeatureBlocks {
    FeatureBlocks(featureCount: shape.featureCount, count: min(count, shape.featureCount))
  }

  @Test("every parameter is updated by one rank, with its own gradient", arguments: models, [1, 2, 5, 8])
  func coverage(_ model: Model, blocks: Int) {
    let (shape, cut) = (model.shape, self.blocks(model.shape, blocks))
    let places = GradientPlaces(shape: shape, blocks: cut)
    for count in [1, 2, 3, 5, 8] {
      var updated: [Int: Int] = [:]
      for (rank, shard) in shards(shape, count: count, blocks: blocks).enumerated() {
        let what = "rank \(rank) of \(count)"
        var logits: [Int] = []
        for selector in shard.selectors {
          for feature in cut.features(of: shard.blocks) {
            logits.append(selector * shape.featureCount + feature)
          }
        }
        #expect(shard.logits.places.compactMap { places.parameters[$0] }.sorted() == logits, "\(what)")
        for part in shard.parts {
          #expect(!part.places.isEmpty, "\(what): an empty part")
          for place in part.places {
            guard let parameter = places.parameters[place] else { continue }
            updated[parameter, default: 0] += 1
            // Only its owner has the gradient of a feature's parameter, where ranks divide features.
            let isOwn = cut.areDivided && count > 1 && places.blocks[place] != nil
            if part.isSummed == isOwn {
              Issue.record("\(what): parameter \(parameter) is summed: \(part.isSummed)")
            }
            if isOwn, !shard.blocks.contains(places.blocks[place]!) {
              Issue.record("\(what): parameter \(parameter) belongs to another's block")
            }
          }
        }
      }
      let all = GradientPlaces.all(of: shape)
      #expect(updated.values.allSatisfy { $0 == 1 }, "\(count) ranks: a parameter is updated twice")
      #expect(Set(updated.keys) == all, "\(count) ranks: \(all.subtracting(updated.keys).count) are left out")
    }
  }

  @Test("what logits follow from is divided whole, and nothing else changes places", arguments: models)
  func indirect(_ model: Model) {
    let shape = model.shape
    let indirect = ModelShape(
      featureCount: shape.featureCount, selectorCount: shape.selectorCount, hidden: shape.hidden,
      layerNorm: shape.layerNorm, task: shape.task,
      targetCount: shape.outputsAreFeatures ? nil : shape.outputCount, indirectSize: 7)
    let layout = ParameterLayout(shape: indirect)
    for count in [1, 2, 3, 8] {
      let shards = shards(indirect, count: count, blocks: 1)
      #expect(shards.map(\.parts) == self.shards(shape, count: count, blocks: 1).map(\.parts))
      #expect(
        shards.flatMap { Array($0.indirect) } == Array(ParameterLayout(shape: shape).count..<layout.count))
    }
  }

  @Test("segments go through the parts in order", arguments: models, [1, 4])
  func segments(_ model: Model, blocks: Int) {
    for shard in shards(model.shape, count: 3, blocks: blocks) {
      let all = shard.parts.flatMap { part in part.places.map { [$0, part.isSummed ? 1 : 0] } }
      #expect(shard.count == all.count)
      for slices in [1, 2, 3, 7] {
        let cuts = (0...slices).map { shard.count * $0 / slices }
        let segments = zip(cuts, cuts.dropFirst()).map { shard.segments(of: $0..<$1) }
        #expect(segments.allSatisfy { $0.count <= shard.parts.count })
        let found = segments.joined().flatMap { part in part.places.map { [$0, part.isSummed ? 1 : 0] } }
        #expect(found == all, "\(slices) slices")
      }
    }
  }
}
