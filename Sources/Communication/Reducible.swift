/// The element types every communicator can add up.
package enum ReducibleType: String, Sendable {
  /// 32-bit floating point.
  case float = "Float"
  /// 64-bit floating point.
  case double = "Double"
  /// Signed 64-bit integer.
  case int64 = "Int64"
  /// Unsigned 64-bit integer.
  case uint64 = "UInt64"
}

/// An element of an all-reduce: `Float`, `Double`, `Int64` and `UInt64`, and no type besides.
package protocol Reducible: BitwiseCopyable, Comparable, Sendable {
  /// Which of the types it is.
  static var reducibleType: ReducibleType { get }
  /// The sum of two values; integers wrap around.
  static func sum(_ left: Self, _ right: Self) -> Self
}

extension Float: Reducible {
  /// 32-bit floating point.
  package static var reducibleType: ReducibleType { .float }
  /// The rounded sum.
  package static func sum(_ left: Float, _ right: Float) -> Float { left + right }
}

extension Double: Reducible {
  /// 64-bit floating point.
  package static var reducibleType: ReducibleType { .double }
  /// The rounded sum.
  package static func sum(_ left: Double, _ right: Double) -> Double { left + right }
}

extension Int64: Reducible {
  /// Signed 64-bit integer.
  package static var reducibleType: ReducibleType { .int64 }
  /// The sum modulo 2^64.
  package static func sum(_ left: Int64, _ right: Int64) -> Int64 { left &+ right }
}

extension UInt64: Reducible {
  /// Unsigned 64-bit integer.
  package static var reducibleType: ReducibleType { .uint64 }
  /// The sum modulo 2^64.
  package static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 { left &+ right }
}
