import LinearAlgebra

/// A selection that stands: U is made of columns of X, without noise, and no gradient goes on to the logits.
final class FixedSelection<Scalar: Real> {
  /// The places of the selected features among this member's; one that none has for those of other members.
  private var places: [UInt32] = []
  private let features: Range<Int>

  /// A selection of which this member of a tensor-parallel group has `features`.
  init(features: Range<Int>) { self.features = features }

  /// Selects these features of all, one a selector.
  func take(_ selected: [UInt32]) {
    places = selected.map { features.contains(Int($0)) ? $0 - UInt32(features.lowerBound) : .max }
  }

  /// This member's part of U, [batch, K].
  func select(_ x: MatrixView<Scalar>, into latent: MatrixView<Scalar>) {
    Scalar.gatherColumns(
      out: latent.base, x: x.base, indices: places, rows: x.rows, columns: x.columns, selected: places.count)
  }
}
