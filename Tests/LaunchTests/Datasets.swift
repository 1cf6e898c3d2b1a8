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

  private init() throws {
    directory = try TemporaryDirectory()
    for (name, seed) in [("digits", 0), ("others", 1)] {
      _ = try SyntheticDigits(seed: UInt64(seed), trainCount: 2_000, testCount: 100).write(
        to: directory.file(name))
    }
  }
}
