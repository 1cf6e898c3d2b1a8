/// All ways of selecting features that results are compared with.
package enum Baselines {
  /// In the order of tables: the least effort first.
  package static let all: [any Baseline] = [
    RandomBaseline(), VarianceBaseline(), PrincipalFeatureBaseline(), GreedyBaseline(), IteratedBaseline(),
  ]

  /// The baseline of a name.
  package static func named(_ name: String) -> (any Baseline)? { all.first { $0.name == name } }
}
