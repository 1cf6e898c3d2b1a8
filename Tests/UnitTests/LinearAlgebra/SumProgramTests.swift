import CounterRandom
import LinearAlgebra
import Testing

/// Sums in the order of a tree, bit for bit, against the plainest recursion.
@Suite(.everyVectorLevel) struct SumProgramTests {
  /// A tree as a value, to be summed plainly.
  indirect enum Tree {
    case source(Int)
    case sum(Tree, Tree)

    var program: SumProgram {
      switch self {
      case .source(let index): .source(index)
      case .sum(let left, let right): left.program + right.program
      }
    }

    func value<Scalar: Real>(_ sources: [[Scalar]], at index: Int) -> Scalar {
      switch self {
      case .source(let source): sources[source][index]
      case .sum(let left, let right): left.value(sources, at: index) + right.value(sources, at: index)
      }
    }

    /// Some tree over `leaves`, in their order; a long right branch would need too many operands at a time.
    static func random(_ leaves: ArraySlice<Int>, depth: Int = 0, _ generator: inout CounterGenerator) -> Tree
    {
      guard leaves.count > 1 else { return .source(leaves[leaves.startIndex]) }
      let middle = leaves.count / 2
      let left = depth < 8 ? Int.random(in: 1..<leaves.count, using: &generator) : middle
      let split = leaves.startIndex + left
      return .sum(
        random(leaves[..<split], depth: depth + 1, &generator),
        random(leaves[split...], depth: depth + 1, &generator))
    }
  }

  private func values<Scalar: Real>(_: Scalar.Type, sources: Int, count: Int) -> [[Scalar]] {
    (0..<sources).map { source in
      let buffer = LoopFixture<Scalar>(tolerance: 0).values(count, row: source, from: -1e3, to: 1e3)
      // Its elements are looked at by a pointer, which does not keep it.
      return withExtendedLifetime(buffer) { Array(buffer.elements) }
    }
  }

  private func same<Scalar: Real>(_ one: Scalar, _ other: Scalar) -> Bool {
    one == other || (one.isNaN && other.isNaN)
  }

  /// The sum by the loop; `alias` is the source that the result replaces.
  private func sum<Scalar: Real>(
    _ program: SumProgram, _ sources: [[Scalar]], offset: Int, count: Int, alias: Int? = nil
  ) -> (values: [Scalar], finite: Bool) {
    let buffers = sources.map { values in
      let buffer = AlignedBuffer<Scalar>(count: values.count)
      for (index, value) in values.enumerated() { buffer.base[index] = value }
      return buffer
    }
    // What lies around the result must stay.
    let out = AlignedBuffer<Scalar>(count: count + 2)
    out.elements.update(repeating: 77)
    let pointers = buffers.map { Optional(UnsafePointer($0.base)) }
    let target = alias.map { buffers[$0].base + offset } ?? out.base + 1
    let finite = Scalar.sum(
      out: target, sources: pointers, offset: offset, program: program, count: count)
    #expect(out.base[0] == 77 && out.base[count + 1] == 77)
    for (source, buffer) in buffers.enumerated() {
      let sum = source == alias ? offset..<offset + count : 0..<0
      for index in 0..<buffer.count where !sum.contains(index) {
        #expect(same(buffer.base[index], sources[source][index]), "source \(source) changed at \(index)")
      }
    }
    let values = withExtendedLifetime((buffers, out)) { (0..<count).map { target[$0] } }
    return (values, finite)
  }

  private func expectEqual<Scalar: Real>(
    _ tree: Tree, _ sources: [[Scalar]], offset: Int = 0, count: Int, alias: Int? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let result = sum(tree.program, sources, offset: offset, count: count, alias: alias)
    #expect(result.finite, sourceLocation: sourceLocation)
    let wrong = (0..<count).first { result.values[$0] != tree.value(sources, at: offset + $0) }
    #expect(wrong == nil, "\(tree), offset \(offset), count \(count)", sourceLocation: sourceLocation)
  }

  @Test("random trees", arguments: [1, 2, 3, 4, 7, 12, 25, 40])
  func randomTrees(sources: Int) {
    func check<Scalar: Real>(_ type: Scalar.Type) {
      let values = values(type, sources: sources, count: 600)
      var generator = CounterGenerator(RandomStream(seed: 4, purpose: .syntheticData, row: sources))
      for trial in 0..<30 {
        var leaves = Array(0..<sources)
        // A source may come twice, and not at all.
        if trial % 3 == 0 { leaves = leaves.map { _ in Int.random(in: 0..<sources, using: &generator) } }
        leaves.shuffle(using: &generator)
        let tree = Tree.random(leaves[...], &generator)
        let alias = trial % 2 == 0 ? Int.random(in: 0..<sources, using: &generator) : nil
        expectEqual(tree, values, offset: trial % 5, count: 530 + trial, alias: alias)
      }
    }
    check(Float.self)
    check(Double.self)
  }

  static let lengths = [0, 1, 511, 512, 513, 2000]

  @Test("lengths around the block, with offsets and in place", arguments: lengths, [0, 1, 5, 64])
  func anyLength(count: Int, offset: Int) {
    func check<Scalar: Real>(_ type: Scalar.Type) {
      let values = values(type, sources: 5, count: count + offset + 3)
      let pair = Tree.sum(.source(3), .source(4))
      let tree = Tree.sum(.sum(.source(0), .source(1)), .sum(.source(2), pair))
      for alias in [nil, 0, 1, 2, 3, 4] {
        expectEqual(tree, values, offset: offset, count: count, alias: alias)
        expectEqual(.source(2), values, offset: offset, count: count, alias: alias)
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test("the tree, not the set of sources, decides the last bits")
  func order() {
    let values: [[Float]] = [[1e8], [1], [-1e8]]
    let (a, b, c) = (SumProgram.source(0), SumProgram.source(1), SumProgram.source(2))
    #expect(sum((a + b) + c, values, offset: 0, count: 1).values == [0])
    #expect(sum((a + c) + b, values, offset: 0, count: 1).values == [1])
    #expect((a + b) + c != a + (b + c))
  }

  @Test("NaN and infinities are seen wherever they stand", arguments: [1, 16, 511, 512, 513, 1100])
  func notFinite(count: Int) {
    func check<Scalar: Real>(_ type: Scalar.Type) {
      let values = values(type, sources: 3, count: count)
      let tree = Tree.sum(.source(0), .sum(.source(1), .source(2)))
      for position in Set([0, count / 2, count - 1, min(count - 1, 511), min(count - 1, 512)]) {
        for bad in [Scalar.nan, .infinity, -.infinity] {
          for source in 0..<3 {
            var broken = values
            broken[source][position] = bad
            let result = sum(tree.program, broken, offset: 0, count: count)
            #expect(!result.finite, "\(bad) in source \(source) at \(position) of \(count)")
            #expect((0..<count).allSatisfy { same(result.values[$0], tree.value(broken, at: $0)) })
          }
        }
      }
      let large = [Scalar](repeating: .greatestFiniteMagnitude, count: count)
      #expect(!sum(tree.program, [large, large, large], offset: 0, count: count).finite, "overflow")
    }
    check(Float.self)
    check(Double.self)
  }

  @Test("what is not finite outside the part that is summed does not count")
  func outside() {
    var values = values(Float.self, sources: 2, count: 600)
    for source in 0..<2 {
      values[source][9] = .nan
      values[source][560] = .infinity
    }
    #expect(sum(.source(0) + .source(1), values, offset: 10, count: 550).finite)
    #expect(!sum(.source(0) + .source(1), values, offset: 9, count: 550).finite)
    #expect(!sum(.source(0) + .source(1), values, offset: 10, count: 551).finite)
  }
}
