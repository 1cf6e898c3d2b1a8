import LinearAlgebra

/// A selection that stands: U is made of columns of X, without noise, and no gradient goes on to the logits.
final class FixedSelection<Scalar: Real> {
  /// For each of a worker's blocks the places of the selected features in it; one that it does not have for the others.
  private var places: [[UInt32]]
  private let blocks: [Range<Int>]

  /// A selection of which a worker has `blocks` of the features.
  init(blocks: [Range<Int>]) {
    self.blocks = blocks
    places = blocks.map { _ in [] }
  }

  /// Selects these features of all, one a selector.
  func take(_ selected: [UInt32]) {
    places = blocks.map { block in
      selected.map { block.contains(Int($0)) ? $0 - UInt32(block.lowerBound) : .max }
    }
  }

  /// A block's part of U, [batch, K].
  func select(_ x: MatrixView<Scalar>, block: Int, into latent: MatrixView<Scalar>) {
    Scalar.gatherColumns(
      out: latent.base, x: x.base, indices: places[block], rows: x.rows, columns: x.columns,
      selected: places[block].count)
  }
}
