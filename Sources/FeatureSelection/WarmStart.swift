import ConcreteAutoencoder
import Foundation

/// Features that a user gives the selectors to start from.
enum WarmStart {
  /// The features that a file names: the column `feature` of a CSV such as `selected.csv`, or a number a line.
  ///
  /// Throws `ConfigurationError` naming the line at fault.
  static func features(
    file path: String, featureCount: Int, selectorCount: Int, option: String = "warm-start"
  ) throws -> [Int] {
    func fail(_ problem: String) -> ConfigurationError {
      ConfigurationError(option: option, problem: "\(path)\(problem)")
    }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw fail(" cannot be read: it is missing, a directory, or no text")
    }
    var lines = text.split(whereSeparator: \.isNewline).enumerated().map { (number: $0 + 1, text: $1) }
    var column = 0
    if let header = lines.first?.text.split(separator: ",", omittingEmptySubsequences: false),
      let place = header.firstIndex(of: "feature")
    {
      column = place
      lines.removeFirst()
    }
    let features = try lines.map { number, line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      let cell = column < cells.count ? cells[column].trimmingCharacters(in: .whitespaces) : ""
      guard let feature = Int(cell), (0..<featureCount).contains(feature) else {
        throw fail(":\(number): '\(cell)' is not a feature's number in 0 ..< \(featureCount)")
      }
      return feature
    }
    guard !features.isEmpty, features.count <= selectorCount else {
      throw fail(" names \(features.count) features for \(selectorCount) selectors (--k)")
    }
    return features
  }
}
