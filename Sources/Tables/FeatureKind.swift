/// What the values of a feature are.
package enum FeatureKind: String, Sendable, Hashable, Codable {
  /// Whole numbers in 0...255, none missing: what an image's pixels are.
  case byte
  /// Any finite numbers; NaN stands for a missing one.
  case number
}
