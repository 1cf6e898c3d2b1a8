import ConcreteAutoencoder
import DistributedTraining
import LinearAlgebra
import Testing

/// Where the state of a run and what ranks pass each other lie.
@Suite struct TrainingMemoryTests {
  /// A region of a rank's view of memory, in bytes.
  struct Region: Sendable {
    let name: String
    let bytes: Range<UInt>
    let isZero: Bool
  }

  /// What a rank sees.
  struct View: Sendable {
    let regions: [Region]
    /// Bytes of the memory that a tensor-parallel group has besides.
    let teamBytes: Int
    let byteCount: Int
    /// What is at the front of each rank's gradient after each has left its number there.
    let marks: [Float]
  }

  private static func regions(of memory: TrainingMemory) -> [Region] {
    var buffers = zip(["parameters", "first moments", "second moments"], memory.state.buffers).map {
      ($0, $1.buffer)
    }
    if let selection = memory.selection { buffers.append(("selection", selection)) }
    // Where ranks divide the features their gradients are one.
    let slots = memory.topology.plan.dividesFeatures ? memory.slots.prefix(1) : memory.slots[...]
    for (rank, slot) in slots.enumerated() {
      for (index, buffer) in slot.buffers.enumerated() {
        buffers.append(("gradient \(index) of rank \(rank)", buffer))
      }
    }
    return buffers.map { name, buffer in
      let start = UInt(bitPattern: buffer.base)
      let size = AlignedBuffer<Float>.aligned(buffer.count) * MemoryLayout<Float>.stride
      return Region(
        name: name, bytes: start..<start + UInt(size), isZero: buffer.elements.allSatisfy { $0 == 0 })
    }
  }

  @Test("regions are apart, zero, and as large as was asked for", arguments: SmallWorld.all)
  func regions(_ world: SmallWorld) throws {
    let views = try world.run { _, memory in
      let topology = memory.topology
      let regions = Self.regions(of: memory)
      let plan = topology.plan
      let teamCount =
        plan.dividesFeatures
        ? TensorParallelGroup<Float>.storageCount(
          shape: world.shape, blocks: world.blocks,
          maximumRows: plan.largestGroup(
            batchSize: world.configuration.training.batchSize, node: topology.nodeIndex)) : 0
      try topology.node.synchronize()
      let places = memory.slots.map { $0.buffers[0].base + $0.layout.decoderOffset + $0.hiddenShift }
      places[topology.node.rank].pointee = Float(topology.node.rank + 1)
      try topology.node.synchronize()
      return View(
        regions: regions, teamBytes: AlignedBuffer<Float>.aligned(teamCount) * MemoryLayout<Float>.stride,
        byteCount: memory.arena.count * MemoryLayout<Float>.stride,
        marks: places.map(\.pointee))
    }
    for (rank, view) in views.enumerated() {
      let regions = view.regions.sorted { $0.bytes.lowerBound < $1.bytes.lowerBound }
      for region in regions {
        #expect(region.isZero, "rank \(rank): \(region.name) is not zero")
        #expect(region.bytes.lowerBound.isMultiple(of: 64), "rank \(rank): \(region.name) cuts a cache line")
      }
      var gaps: [Int] = []
      for (region, next) in zip(regions, regions.dropFirst()) {
        #expect(
          region.bytes.upperBound <= next.bytes.lowerBound,
          "rank \(rank): \(region.name) overlaps \(next.name)")
        gaps.append(Int(next.bytes.lowerBound) - Int(region.bytes.upperBound))
      }
      let taken = regions.reduce(view.teamBytes) { $0 + $1.bytes.count }
      #expect(taken == view.byteCount, "rank \(rank)")
      // In one piece, with nothing between but the group's part.
      #expect(gaps.filter { $0 != 0 } == (view.teamBytes > 0 ? [view.teamBytes] : []), "rank \(rank)")
      #expect(view.marks == (0..<world.ranksPerNode).map { Float($0 + 1) }, "rank \(rank) sees all gradients")
    }
  }
}
