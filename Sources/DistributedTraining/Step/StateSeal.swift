import CVectorMath
import ConcreteAutoencoder
import LinearAlgebra

/// Tells that the copy of the parameters which ranks share still is what they wrote: a digest that each rank takes of its
/// share when it has updated it, against one that another takes later.
///
/// What several copies hold is compared between them; of one copy nobody else knows.
final class StateSeal {
  private let state: ModelState
  private let exchange: StepExchange
  private let plan: ReductionPlan
  /// Steps that were done when the seal was set; nil before.
  private var step: Int?

  /// A seal of the memory's state; nil where every rank has a copy of its own.
  init?(_ memory: TrainingMemory, exchange: StepExchange) {
    guard memory.topology.sharesMemory || memory.topology.across == nil else { return nil }
    state = memory.state
    self.exchange = exchange
    plan = memory.topology.plan
  }

  /// Seals this rank's share of the state after so many steps, for the others to see after the next barrier.
  func set(step: Int) {
    exchange.seal = digest(of: exchange.shard)
    self.step = step
  }

  /// Throws `TrainingFailure.corrupted` if a share is not what was sealed after so many steps.
  func check(step: Int) throws {
    guard self.step == step else { return }
    for (rank, shard) in exchange.shards.enumerated() {
      guard digest(of: shard) == exchange.seal(of: rank) else {
        throw TrainingFailure.corrupted(step: step, share: rank, of: exchange.shards.count)
      }
    }
  }

  private func digest(of shard: OptimizerShard) -> UInt64 {
    let parameters = state.model.parameters
    var digest: UInt64 = 0
    func take(_ places: Range<Int>) {
      let bytes = places.count * MemoryLayout<Float>.stride
      digest = (digest ^ cvm_digest(parameters.base + places.lowerBound, bytes)) &* 0x9E37_79B9_7F4A_7C15
    }
    let features = plan.blocks.features(of: shard.blocks)
    for selector in shard.selectors {
      let start = selector * state.model.shape.featureCount
      take(start + features.lowerBound..<start + features.upperBound)
    }
    for part in shard.decoder { take(part.places) }
    take(shard.indirect)
    return digest
  }
}
