import ConcreteAutoencoder
import DistributedTraining
import SelectionReport

/// What a run came to, stage by stage. Files, tables and pages are made from this value.
public struct SelectionResult: Sendable {
  /// How training ended; nil until it has.
  public internal(set) var outcome: RunOutcome?
  /// The selected features; nil until they are read out.
  public internal(set) var selection: Selection?
  /// Errors of the final model, by part of the data.
  public internal(set) var errors: [PartError] = []
  /// The files that were written, in order.
  public internal(set) var files: [ResultFile] = []
  /// How each stage went, in order.
  public internal(set) var stages: [StageReport] = []

  /// What an evaluation of the hard selection over a part of the rows gave.
  public struct PartError: Sendable, Equatable {
    /// The part: "validation", "test".
    public let part: String
    /// Its rows.
    public let rows: Int
    /// What the objective tells, its mean loss first.
    public let metrics: [Metric]
  }

  /// A file that the run leaves.
  public struct ResultFile: Sendable, Equatable {
    /// What it is: "model".
    public let name: String
    /// Where it is.
    public let path: String
  }

  /// How a stage went.
  public struct StageReport: Sendable, Equatable {
    /// The stage's name.
    public let name: String
    /// Seconds it took.
    public let seconds: Double
    /// What went wrong; nil if nothing did.
    public let failure: String?
  }
}
