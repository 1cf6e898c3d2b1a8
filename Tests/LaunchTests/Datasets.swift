import ProcessSupport
import SampleData

/// Small synthetic datasets, made once for all tests.
struct Datasets: Sendable {
  /// The one instance, or why there is none.
  static let shared = Result { try Datasets() }

  private let directory: TemporaryDirectory

  /// 2,000 rows to train on.
  var digits: String { directory.file("digits") }
  /// As many, of another seed.
  var others: String { directory.file("others") }

  /// 60 rows of 4,200 features, which are several blocks.
  var wide: String { directory.file("wide.csv") }

  private init() throws {
    directory = try TemporaryDirectory()
    for (name, seed) in [("digits", 0), ("others", 1)] {
      _ = try SyntheticDigits(seed: UInt64(seed), trainCount: 2_000, testCount: 100).write(
        to: directory.file(name))
    }
    let rows = (0..<60).map { row in
      (0..<4_200).map { String((row * 7 + $0 * $0 % 97 + row * $0 % 11) % 50) }.joined(separator: ",")
    }
    let header = (0..<4_200).map { "f\($0)" }.joined(separator: ",")
    try ([header] + rows).joined(separator: "\n").write(toFile: wide, atomically: true, encoding: .utf8)
  }
}
