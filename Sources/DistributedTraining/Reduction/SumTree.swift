import LinearAlgebra

/// The one binary tree in which the gradients of `leaves` micro-batches are added, whoever computed them.
///
/// A node is the range of leaves below it. A node of several leaves has as left child its first 2^n leaves, with
/// the largest 2^n smaller than their number, and the rest as right child.
package struct SumTree: Sendable, Equatable {
  /// Number of leaves.
  package let leaves: Int

  /// The tree over `leaves` micro-batches, at least one.
  package init(leaves: Int) {
    precondition(leaves > 0, "a tree has a leaf")
    self.leaves = leaves
  }

  /// All leaves.
  package var root: Range<Int> { 0..<leaves }

  /// The children of a node of at least two leaves.
  package static func children(of node: Range<Int>) -> (left: Range<Int>, right: Range<Int>) {
    precondition(node.count > 1, "a leaf has no children")
    let width = 1 << (Int.bitWidth - 1 - (node.count - 1).leadingZeroBitCount)
    let middle = node.lowerBound + width
    return (node.lowerBound..<middle, middle..<node.upperBound)
  }

  /// The largest nodes within a range of leaves, in their order: what somebody who has these leaves alone can add up.
  package func nodes(within range: Range<Int>) -> [Range<Int>] {
    guard !range.isEmpty else { return [] }
    return Self.nodes(of: root, within: range)
  }

  private static func nodes(of node: Range<Int>, within range: Range<Int>) -> [Range<Int>] {
    if range.lowerBound <= node.lowerBound && node.upperBound <= range.upperBound { return [node] }
    guard node.overlaps(range) else { return [] }
    let (left, right) = children(of: node)
    return nodes(of: left, within: range) + nodes(of: right, within: range)
  }

  /// How a node is added up from `sources`, the sums of nodes at or below it; every leaf of it must be in one.
  package static func program(for node: Range<Int>, from sources: [Range<Int>]) -> SumProgram {
    if let index = sources.firstIndex(of: node) { return .source(index) }
    let (left, right) = children(of: node)
    return program(for: left, from: sources) + program(for: right, from: sources)
  }
}
