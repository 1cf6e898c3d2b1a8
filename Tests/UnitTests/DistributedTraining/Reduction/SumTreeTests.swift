import DistributedTraining
import LinearAlgebra
import Testing

/// The tree in which micro-batches are added, and what parts of it somebody with some of its leaves can add up.
@Suite struct SumTreeTests {
  static let sizes = Array(1...40) + [63, 64, 65, 100]

  /// All nodes, worked out bottom-up: pairs of neighbours on each level, the odd one passing up as it is.
  static func allNodes(leaves: Int) -> Set<Range<Int>> {
    var level = (0..<leaves).map { $0..<$0 + 1 }
    var all = Set(level)
    while level.count > 1 {
      level = stride(from: 0, to: level.count, by: 2).map { index in
        index + 1 < level.count
          ? level[index].lowerBound..<level[index + 1].upperBound : level[index]
      }
      all.formUnion(level)
    }
    return all
  }

  @Test("the largest nodes within every range, which cover it in order", arguments: sizes)
  func nodesWithin(leaves: Int) {
    let tree = SumTree(leaves: leaves)
    let all = Self.allNodes(leaves: leaves)
    for start in 0...leaves {
      for end in start...leaves {
        let nodes = tree.nodes(within: start..<end)
        #expect(nodes.flatMap { Array($0) } == Array(start..<end))
        for node in nodes { #expect(all.contains(node), "\(node) of \(leaves)") }
        // Two neighbours that make a node together would not be the largest.
        for (left, right) in zip(nodes, nodes.dropFirst()) {
          #expect(!all.contains(left.lowerBound..<right.upperBound), "\(left), \(right) of \(leaves)")
        }
      }
    }
  }

  /// The sum of a node by plain recursion over the levels of pairs.
  static func reference(_ values: [Float]) -> Float {
    var level = values
    while level.count > 1 {
      level = stride(from: 0, to: level.count, by: 2).map { index in
        index + 1 < level.count ? level[index] + level[index + 1] : level[index]
      }
    }
    return level[0]
  }

  /// Values of very different sizes, so that another order of additions gives other bits.
  static func values(_ count: Int, seed: UInt64) -> [Float] {
    var state = seed &* 2 &+ 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let mantissa = Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31
      return mantissa * Float(sign: .plus, exponent: Int(state >> 20 & 15) - 8, significand: 1)
    }
  }

  static func sum(_ program: SumProgram, _ sources: [[Float]]) -> [Float] {
    let buffers = sources.map { source in
      let buffer = AlignedBuffer<Float>(count: source.count)
      for (index, value) in source.enumerated() { buffer.base[index] = value }
      return buffer
    }
    let pointers: [UnsafePointer<Float>?] = buffers.map { UnsafePointer($0.base) }
    let out = AlignedBuffer<Float>(count: sources[0].count)
    return withExtendedLifetime((buffers, out)) {
      _ = Float.sum(out: out.base, sources: pointers, offset: 0, program: program, count: sources[0].count)
      return Array(out.elements)
    }
  }

  @Test("adding up in two stages, cut anywhere, gives the bits of adding up at once", arguments: sizes)
  func stages(leaves: Int) {
    let tree = SumTree(leaves: leaves)
    let columns = (0..<5).map { Self.values(leaves, seed: UInt64($0)) }
    let rows = (0..<leaves).map { leaf in columns.map { $0[leaf] } }
    let expected = columns.map { Self.reference($0).bitPattern }
    let single = (0..<leaves).map { $0..<$0 + 1 }
    #expect(Self.sum(SumTree.program(for: tree.root, from: single), rows).map(\.bitPattern) == expected)
    for cut in 0...leaves {
      let nodes = tree.nodes(within: 0..<cut) + tree.nodes(within: cut..<leaves)
      let sums = nodes.map { Self.sum(SumTree.program(for: $0, from: single), rows) }
      let total = Self.sum(SumTree.program(for: tree.root, from: nodes), sums)
      #expect(total.map(\.bitPattern) == expected, "cut at \(cut)")
    }
  }

  @Test("the values do tell orders apart")
  func valuesTell() {
    let values = Self.values(16, seed: 3)
    #expect(Self.reference(values) != values.reduce(0, +))
  }
}
