import CVectorMath

/// The order in which arrays are added: a binary tree with sources as its leaves.
///
/// Floating-point addition is not associative, so the tree, not the set of sources, decides the last bits.
package struct SumProgram: Sendable, Equatable {
  /// Postfix: a source's number takes its elements, `CVM_SUM_TREE_ADD` adds the last two operands.
  let operations: [Int32]
  /// Operands that are held at a time.
  let height: Int

  private init(operations: [Int32], height: Int) {
    precondition(height <= CVM_SUM_TREE_HEIGHT, "a sum of too deeply nested sums")
    self.operations = operations
    self.height = height
  }

  /// One source, by its number.
  package static func source(_ index: Int) -> SumProgram {
    SumProgram(operations: [Int32(index)], height: 1)
  }

  /// The sum of two sums, `left` being worked out first.
  package static func + (left: SumProgram, right: SumProgram) -> SumProgram {
    SumProgram(
      operations: left.operations + right.operations + [Int32(CVM_SUM_TREE_ADD)],
      height: max(left.height, right.height + 1))
  }
}
