import Communication
import ConcreteAutoencoder
import LinearAlgebra

/// Where the ranks' gradients meet: each rank writes its own, adds up its share of all, and updates that share.
///
/// Within a node ranks read each other's gradients in shared memory; across nodes the shares are added by ONE
/// all-reduce a step, which the tail of sums rides in. A rank that shares no memory has the whole as its share.
final class StepExchange {
  /// The part of the update that is this rank's.
  let share: UpdateShare
  /// The sums of all ranks' tails, after `reduce`.
  let totals: StepTail

  private let sharing: NodeSharing
  private let slots: [AlignedBuffer<Float>]
  private let layout: ParameterLayout
  private let worldSize: Int
  private let tails: [StepTail]
  private let totalStorage: AlignedBuffer<Float>
  private let staging: AlignedBuffer<Float>?
  private let sources: UnsafeMutableBufferPointer<UnsafePointer<Float>?>

  init(memory: TrainingMemory, layout: ParameterLayout, sharing: NodeSharing, worldSize: Int) {
    self.sharing = sharing
    self.layout = layout
    self.worldSize = worldSize
    slots = memory.slots
    share = UpdateShare(layout: layout, index: sharing.node.rank, count: sharing.node.size)
    tails = memory.slots.map { StepTail($0.base + layout.count, worldSize: worldSize) }
    totalStorage = AlignedBuffer(count: StepTail.count(worldSize: worldSize))
    totals = StepTail(totalStorage.base, worldSize: worldSize)
    // Alone the share is the whole slot, tail included, and is added up in place.
    staging =
      sharing.across != nil && memory.slots.count > 1
      ? AlignedBuffer(count: share.count + StepTail.sumCount(worldSize: worldSize)) : nil
    sources = .allocate(capacity: memory.slots.count)
    sources.initialize(repeating: nil)
  }

  deinit { sources.deallocate() }

  /// This rank's gradient (flat); after `reduce` its share holds the sum over all ranks.
  var gradient: UnsafeMutablePointer<Float> { slots[sharing.node.rank].base }
  /// This rank's tail.
  var tail: StepTail { tails[sharing.node.rank] }

  /// Adds up this rank's share of the gradient, and the tails; every rank must call.
  ///
  /// Returns, the same on every rank, whether all of the gradient and the loss are finite. Nothing has been
  /// updated then.
  func reduce() throws -> Bool {
    try sharing.node.synchronize()
    var isFinite = addUp(share.logits) && addUp(share.decoder)
    sumTails()
    if let across = sharing.across {
      try reduce(across)
      isFinite = isShareFinite
    }
    // Two meetings instead of a look at each gradient before the first: they cost less than the look.
    tail.isAlarmed = !isFinite
    try sharing.node.synchronize()
    for tail in tails where tail.isAlarmed { return false }
    return totals.isLossFinite
  }

  /// Ends a step, when every rank of the node has updated its share; every rank must call.
  func finish() throws { try sharing.node.synchronize() }

  private func addUp(_ part: Range<Int>) -> Bool {
    guard !part.isEmpty else { return true }
    for index in slots.indices { sources[index] = UnsafePointer(slots[index].base + part.lowerBound) }
    return Float.sumSources(
      out: gradient + part.lowerBound, sources: UnsafePointer(sources.baseAddress!),
      sourceCount: sources.count,
      count: part.count)
  }

  private func sumTails() {
    let count = StepTail.sumCount(worldSize: worldSize)
    for index in slots.indices { sources[index] = UnsafePointer(slots[index].base + layout.count) }
    _ = Float.sumSources(
      out: totalStorage.base, sources: UnsafePointer(sources.baseAddress!), sourceCount: sources.count,
      count: count)
  }

  /// Adds the share and the tails over the nodes.
  private func reduce(_ across: any Communicator) throws {
    let tailCount = StepTail.sumCount(worldSize: worldSize)
    guard let staging else {
      let all = UnsafeMutableBufferPointer(start: gradient, count: layout.count + tailCount)
      try across.allReduce(all, .sum)
      totalStorage.base.update(from: gradient + layout.count, count: tailCount)
      return
    }
    let (logits, decoder) = share.parts
    staging.base.update(from: gradient + logits.lowerBound, count: logits.count)
    (staging.base + logits.count).update(from: gradient + decoder.lowerBound, count: decoder.count)
    (staging.base + share.count).update(from: totalStorage.base, count: tailCount)
    try across.allReduce(staging.elements, .sum)
    (gradient + logits.lowerBound).update(from: staging.base, count: logits.count)
    (gradient + decoder.lowerBound).update(from: staging.base + logits.count, count: decoder.count)
    totalStorage.base.update(from: staging.base + share.count, count: tailCount)
  }

  private var isShareFinite: Bool {
    Float.allFinite(x: gradient + share.logits.lowerBound, count: share.logits.count)
      && Float.allFinite(x: gradient + share.decoder.lowerBound, count: share.decoder.count)
  }

  /// Whether this rank's own gradient is finite; of use only before `reduce`, or when it is worked out again.
  var isGradientFinite: Bool { Float.allFinite(x: gradient, count: layout.count) }
}
