import CVectorMath
import ConcreteAutoencoder
import LinearAlgebra

/// Tells that the copy of the parameters which ranks share still is what they wrote: a digest that each rank takes of its
/// share when it has updated it, of its own copy where it has one, against one that another takes later.
///
/// What several copies hold is compared between them; of one copy nobody else knows.
final class StateSeal {
  private let state: ModelState
  private let logits: ColumnSlice<Float>
  private let exchange: StepExchange
  /// Steps that were done when the seal was set; nil before.
  private var step: Int?

  /// A seal of `state`, of which this rank works on `logits`; nil where every rank has a copy of its own.
  init?(_ memory: TrainingMemory, logits: ColumnSlice<Float>, exchange: StepExchange) {
    guard memory.topology.sharesMemory || memory.topology.across == nil else { return nil }
    state = memory.state
    self.logits = logits
    self.exchange = exchange
  }

  /// Seals this rank's share of the state after so many steps, for the others to see after the next barrier.
  func set(step: Int) {
    exchange.seal = digest(of: exchange.shard) { UnsafePointer(logits.row($0)) }
    self.step = step
  }

  /// Throws `TrainingFailure.corrupted` if a share is not what was sealed after so many steps.
  func check(step: Int) throws {
    guard self.step == step else { return }
    for (rank, shard) in exchange.shards.enumerated() {
      let found = digest(of: shard) { UnsafePointer(state.model.logits.row($0) + shard.features.lowerBound) }
      guard found == exchange.seal(of: rank) else {
        throw TrainingFailure.corrupted(step: step, share: rank, of: exchange.shards.count)
      }
    }
  }

  private func digest(of shard: OptimizerShard, row: (Int) -> UnsafePointer<Float>) -> UInt64 {
    let width = MemoryLayout<Float>.stride
    var digest: UInt64 = 0
    func take(_ start: UnsafePointer<Float>, _ count: Int) {
      digest = (digest ^ cvm_digest(start, count * width)) &* 0x9E37_79B9_7F4A_7C15
    }
    for selector in shard.selectors { take(row(selector), shard.features.count) }
    for part in shard.parts {
      guard let range = part.decoder else { continue }
      take(state.model.parameters.base + range.lowerBound, range.count)
    }
    if !shard.indirect.isEmpty {
      take(state.model.parameters.base + shard.indirect.lowerBound, shard.indirect.count)
    }
    return digest
  }
}
