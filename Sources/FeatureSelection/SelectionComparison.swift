import Communication
import Evaluation
import Foundation
import Tables

/// A selection beside what other ways of selecting give, by linear regression, and by a decoder trained on each where that
/// is asked for, on rows that none of them has seen.
public struct SelectionComparison: Sendable, Equatable, Codable {
  /// One way of selecting.
  public struct Entry: Sendable, Equatable, Codable {
    /// Its name: "result", "random", ..., "pca".
    public let name: String
    /// What it is, in a few words.
    public let summary: String
    /// The mean squared error of a linear regression of what is to be found on the selection; the mean of several.
    public let error: Double
    /// The standard error of the difference to the result's error, with rows as independent draws.
    public let differenceError: Double?
    /// The share of the variation of what is to be found that the regression explains on these rows; nil in results of
    /// earlier versions, and where nothing varies.
    public internal(set) var explained: Double?
    /// The share of rows whose class the regression tells, where classes are to be found; nil in results of earlier versions.
    public let accuracy: Double?
    /// The features; nil where there are several selections, or none.
    public let features: [Int]?
    /// The loss of the run's own kind of decoder, trained on the features from its beginning; nil where none was.
    public internal(set) var decoderError: Double?
    /// The standard error of the difference to the first entry's loss, with rows as independent draws.
    public internal(set) var decoderDifferenceError: Double?

    enum CodingKeys: String, CodingKey {
      case name, summary, features
      case accuracy = "linear_accuracy"
      case error = "linear_error"
      case differenceError = "difference_error"
      case explained = "linear_r2"
      case decoderError = "decoder_error"
      case decoderDifferenceError = "decoder_difference_error"
    }
  }

  /// The part of the data: "test", "test-fraction", "validation".
  public let part: String
  /// Its rows that were looked at, spread evenly over all.
  public let rows: Int
  /// The result first, if there is one, then the others, the least effort first, at last what K linear combinations reach.
  public internal(set) var entries: [Entry]
  /// R^2 of each target with the result, where there is one: of each feature, or class; nil where it does not vary.
  public let explained: [Double?]

  /// How many of so many held-out rows are looked at.
  package static func rowsMeasured(of count: Int) -> Int { min(count, LinearSearch.testRows) }

  /// Trains a decoder on the features of each entry that has some; every rank must call.
  mutating func train(_ trials: DecoderTrials, on held: HeldOutRows, communicator: any Communicator) throws {
    // Entries are whole on rank 0 alone.
    let lists = try communicator.agree(phase: "training decoders") {
      communicator.isRoot
        ? String(decoding: try JSONEncoder().encode(entries.map { $0.features ?? [] }), as: UTF8.self) : ""
    }
    let selections = try JSONDecoder().decode([[Int]].self, from: Data(communicator.broadcast(lists).utf8))
    var (first, known): (RowLosses?, [Set<Int>: RowLosses]) = (nil, [:])
    for (index, features) in selections.enumerated() where !features.isEmpty {
      let losses = try known[Set(features)] ?? trials.losses(of: features, on: held)
      known[Set(features)] = losses
      if communicator.isRoot {
        entries[index].decoderError = losses.mean
        entries[index].decoderDifferenceError = first.map { losses.standardError(ofDifferenceTo: $0) }
      }
      first = first ?? losses
    }
  }
}
