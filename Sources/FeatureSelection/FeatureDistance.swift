import ConcreteAutoencoder
import Foundation
import RunSettings
import Tables

/// Which features lie too close to each other to be selected together.
package enum FeatureDistance {
  /// For each feature the others that are less than `distance` away: on the image, or along the axis whose places are the
  /// features' names (spectra). None at 0.
  ///
  /// Throws `ConfigurationError` for features that have no places.
  package static func conflicts(_ distance: Double, _ schema: TableSchema, path: String) throws -> [[Int]] {
    guard distance > 0 else { return [] }
    if let grid = schema.grid { return conflicts(distance, grid) }
    let places = schema.names?.compactMap { Double($0.replacingOccurrences(of: ",", with: ".")) } ?? []
    guard places.count == schema.featureCount, places.allSatisfy(\.isFinite) else {
      throw ConfigurationError(
        option: "min-distance",
        problem: "the features of \(path) have no distances: they are no image, and "
          + (schema.names == nil ? "have no names" : "their names are not all numbers"))
    }
    let order = places.indices.sorted { places[$0] < places[$1] }
    var conflicts = [[Int]](repeating: [], count: places.count)
    for (rank, feature) in order.enumerated() {
      for other in order[(rank + 1)...] {
        guard places[other] - places[feature] < distance else { break }
        conflicts[feature].append(other)
        conflicts[other].append(feature)
      }
    }
    return conflicts
  }

  private static func conflicts(_ distance: Double, _ grid: FeatureGrid) -> [[Int]] {
    let reach = Int(min(distance, Double(grid.rows + grid.columns)).rounded(.up))
    return (0..<grid.rows * grid.columns).map { feature in
      let (row, column) = (feature / grid.columns, feature % grid.columns)
      return (max(0, row - reach)...min(grid.rows - 1, row + reach)).flatMap { y in
        (max(0, column - reach)...min(grid.columns - 1, column + reach)).compactMap { x in
          let (dy, dx) = (Double(y - row), Double(x - column))
          let other = y * grid.columns + x
          return other != feature && (dy * dy + dx * dx).squareRoot() < distance ? other : nil
        }
      }
    }
  }
}
