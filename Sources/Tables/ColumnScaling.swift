import LinearAlgebra

/// The affine maps x' = (x - offset) * scale of consecutive features, and what stands in for a missing x of each.
package struct ColumnScaling<Scalar: Real> {
  /// Offsets, then scales, then fills of `count` features.
  private let numbers: AlignedBuffer<Scalar>
  private let count: Int
  private let first: Int
  /// The scale, where all features have the same and no offset.
  let factor: Scalar?

  /// One map a feature.
  package init(offset: [Scalar], scale: [Scalar], fill: [Scalar]) {
    precondition(offset.count == scale.count && scale.count == fill.count, "one map a feature")
    count = offset.count
    first = 0
    numbers = AlignedBuffer(count: 3 * count)
    for (index, value) in (offset + scale + fill).enumerated() { numbers.base[index] = value }
    let isUniform = offset.allSatisfy { $0 == 0 } && scale.allSatisfy { $0 == scale.first }
    factor = isUniform ? scale.first : nil
  }

  /// Maps of `count` features that leave all as it is, NaN included; quick, as it is made for each block that is read.
  package static func identity(count: Int) -> ColumnScaling { ColumnScaling(identities: count) }

  private init(identities count: Int) {
    (self.count, first, factor) = (count, 0, 1)
    numbers = AlignedBuffer(count: 3 * count)
    numbers.base.update(repeating: 0, count: count)
    (numbers.base + count).update(repeating: 1, count: count)
    (numbers.base + 2 * count).update(repeating: .nan, count: count)
  }

  private init(_ other: ColumnScaling, first: Int) {
    (numbers, count, factor) = (other.numbers, other.count, other.factor)
    self.first = first
  }

  var offset: UnsafePointer<Scalar> { UnsafePointer(numbers.base + first) }
  var scale: UnsafePointer<Scalar> { UnsafePointer(numbers.base + count + first) }
  var fill: UnsafePointer<Scalar> { UnsafePointer(numbers.base + 2 * count + first) }

  /// The maps from the feature `places` further on.
  package func dropFirst(_ places: Int) -> ColumnScaling { ColumnScaling(self, first: first + places) }
}
