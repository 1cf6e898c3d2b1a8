import LinearAlgebra

/// A type that the values of a `DenseTable` can have.
package protocol TableElement: Sendable {
  /// What a feature of such values is.
  static var kind: FeatureKind { get }

  /// Takes `count` values at `source` through `scaling`.
  static func scale<Scalar: Real>(
    _ source: UnsafePointer<Self>, count: Int, scaling: ColumnScaling<Scalar>,
    into destination: UnsafeMutablePointer<Scalar>)
}

extension UInt8: TableElement {
  package static var kind: FeatureKind { .byte }

  package static func scale<Scalar: Real>(
    _ source: UnsafePointer<UInt8>, count: Int, scaling: ColumnScaling<Scalar>,
    into destination: UnsafeMutablePointer<Scalar>
  ) {
    if let factor = scaling.factor {
      Scalar.scale(out: destination, bytes: source, count: count, factor: factor)
    } else {
      Scalar.scale(
        out: destination, bytes: source, count: count, offset: scaling.offset, scale: scaling.scale)
    }
  }
}

extension Float: TableElement {
  package static var kind: FeatureKind { .number }

  package static func scale<Scalar: Real>(
    _ source: UnsafePointer<Float>, count: Int, scaling: ColumnScaling<Scalar>,
    into destination: UnsafeMutablePointer<Scalar>
  ) {
    Scalar.scale(
      out: destination, x: source, count: count, offset: scaling.offset, scale: scaling.scale,
      fill: scaling.fill)
  }
}
