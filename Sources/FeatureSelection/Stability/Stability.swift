import Evaluation
import Foundation

/// How far several selections from the same data agree.
package struct Stability: Sendable, Equatable, Codable {
  /// How often a feature was selected.
  package struct Feature: Sendable, Equatable, Codable {
    /// The feature.
    package let feature: Int
    /// Its name, where the data have names.
    package let name: String?
    /// The share of the selections that have it.
    package let frequency: Double
    /// The share of the selections that have it or a copy of it.
    package let groupFrequency: Double
    /// Its place in the order of importance, from 1, in the mean of the selections that have it; nil where none tells.
    package let meanRank: Double?

    enum CodingKeys: String, CodingKey {
      case feature, name, frequency
      case groupFrequency = "group_frequency"
      case meanRank = "mean_rank"
    }
  }

  /// How many selections there are.
  package let runs: Int
  /// How many features there are to select from.
  package let featureCount: Int
  /// Features of a selection.
  package let k: Int
  /// Features in both of two selections, as a share of those in either: the mean over all pairs.
  package let jaccard: Double
  /// The same where a feature may stand for a copy of it.
  package let tolerantJaccard: Double
  /// Agreement corrected for chance: 1 where all are the same, 0 in the mean of random selections (Nogueira, Sechidis,
  /// Brown 2018, equation 4).
  package let index: Double
  /// Every feature that was selected, the most frequent first.
  package let features: [Feature]

  enum CodingKeys: String, CodingKey {
    case runs, k, jaccard, index, features
    case featureCount = "feature_count"
    case tolerantJaccard = "tolerant_jaccard"
  }

  /// Compares `selections`, each the features in the order of importance; two at the least, none empty. `copies` gives the
  /// features that can stand for one, itself among them.
  package init(_ selections: [[Int]], featureCount: Int, names: [String]?, copies: (Int) -> [Int]) {
    precondition(selections.count > 1 && selections.allSatisfy { !$0.isEmpty }, "selections to compare")
    let sets = selections.map { Set($0) }
    let selected = sets.reduce(into: Set()) { $0.formUnion($1) }
    let groups = Dictionary(uniqueKeysWithValues: selected.map { ($0, Set(copies($0)).union([$0])) })
    let count = Double(selections.count)
    runs = selections.count
    self.featureCount = featureCount
    k = selections.map(\.count).max() ?? 0
    var (exact, tolerant, pairs) = (0.0, 0.0, 0.0)
    for (place, mine) in sets.enumerated() {
      for other in sets[..<place] {
        func share(_ common: Int) -> Double { Double(common) / Double(mine.count + other.count - common) }
        exact += share(mine.intersection(other).count)
        tolerant += share(Self.matches(mine, other, groups))
        pairs += 1
      }
    }
    (jaccard, tolerantJaccard) = (exact / pairs, tolerant / pairs)
    features = selected.map { feature in
      let group = groups[feature] ?? [feature]
      let ranks = selections.compactMap { $0.firstIndex(of: feature).map { Double($0 + 1) } }
      return Feature(
        feature: feature, name: names?[feature], frequency: Double(ranks.count) / count,
        groupFrequency: Double(sets.count { !$0.isDisjoint(with: group) }) / count,
        meanRank: ranks.reduce(0, +) / Double(ranks.count))
    }.sorted {
      ($1.frequency, $1.groupFrequency, $0.meanRank ?? 0, $0.feature)
        < ($0.frequency, $0.groupFrequency, $1.meanRank ?? 0, $1.feature)
    }
    let (d, mean) = (Double(featureCount), sets.reduce(0) { $0 + Double($1.count) } / count)
    let variance = features.reduce(0) { $0 + count / (count - 1) * $1.frequency * (1 - $1.frequency) } / d
    let chance = mean / d * (1 - mean / d)
    index = chance > 0 ? 1 - variance / chance : 1
  }

  /// The most pairs of a feature of one selection and one of the other that can stand for it, none in two pairs (Kuhn 1955).
  private static func matches(_ mine: Set<Int>, _ other: Set<Int>, _ groups: [Int: Set<Int>]) -> Int {
    let partners = Dictionary(
      uniqueKeysWithValues: mine.map { ($0, (groups[$0] ?? [$0]).intersection(other).sorted()) })
    var partner: [Int: Int] = [:]
    func place(_ feature: Int, _ tried: inout Set<Int>) -> Bool {
      for candidate in partners[feature] ?? [] where tried.insert(candidate).inserted {
        guard let holder = partner[candidate] else {
          partner[candidate] = feature
          return true
        }
        if place(holder, &tried) {
          partner[candidate] = feature
          return true
        }
      }
      return false
    }
    return mine.sorted().count { feature in
      var tried: Set<Int> = []
      return place(feature, &tried)
    }
  }
}
