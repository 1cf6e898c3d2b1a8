import ConcreteAutoencoder
import DistributedTraining
import Evaluation
import RunStore
import SelectionReport

/// What a run came to, stage by stage. Files, tables and pages are made from this value.
public struct SelectionResult: Sendable {
  /// How training ended; nil until it has.
  public internal(set) var outcome: RunOutcome?
  /// The selected features; nil until they are read out.
  public internal(set) var selection: Selection?
  /// What the search by linear regression found; nil without one.
  package internal(set) var search: LinearSearch?
  /// How the selectors' start was decided; nil where nothing was tried.
  public internal(set) var start: StartTrial?
  /// How far the selectors settled in training; nil until it is done.
  public internal(set) var convergence: Convergence?
  /// One feature for each selector; nil until training is done.
  package internal(set) var assignment: DistinctAssignment?
  /// The selections that were considered, the simplest first.
  public internal(set) var candidates: [Candidate] = []
  /// How the decoder's last layer was decided; nil where only training makes one.
  public internal(set) var outputLayer: SolvedOutputLayer?
  /// The probability that the trained selectors give to their features of the result.
  var probabilities: [Double] = []
  /// The selection as the model's file keeps it.
  var stored: StoredSelection?
  /// The result beside other ways of selecting; nil where it was not compared.
  public internal(set) var comparison: SelectionComparison?
  /// Why each feature belongs to the selection; nil until that is known.
  package internal(set) var reasons: SelectionReasons?
  /// Errors of the final model, by part of the data.
  public internal(set) var errors: [PartError] = []
  /// The files that were written, in order.
  public internal(set) var files: [ResultFile] = []
  /// How each stage went, in order.
  public internal(set) var stages: [StageReport] = []

  /// What an evaluation of the hard selection over a part of the rows gave.
  public struct PartError: Sendable, Equatable, Codable {
    /// The part: "validation", "test".
    public let part: String
    /// Its rows.
    public let rows: Int
    /// What the objective tells, its mean loss first.
    public let metrics: [Metric]
    /// The standard error of the mean loss, with rows as independent draws; nil of one row, and in results of earlier versions.
    public let standardError: Double?

    /// Fewer rows tell two errors apart by luck alone.
    package static let fewRows = 30

    /// Why not to rely on these errors; nil where nothing speaks against it.
    package var doubt: String? {
      switch part {
      case "training":
        "no rows were held out: errors are on those by which the network was trained, and say nothing of others"
      case "validation": "no rows were held out: errors are on those by which the selection was chosen"
      default:
        rows < Self.fewRows
          ? "\(rows.counted("held-out row")) \(rows == 1 ? "is" : "are") too few to tell selections apart; `cae stability` says how far other rows change the selection"
          : nil
      }
    }

    /// Reads what `encode(to:)` wrote, the metrics by name.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: NamedKey.self)
      part = try values.decode(String.self, forKey: "part")
      rows = try values.decode(Int.self, forKey: "rows")
      standardError = try values.decodeIfPresent(Double.self, forKey: "standard_error")
      let others = ["part", "rows", "standard_error"]
      metrics = try values.allKeys.map(\.stringValue).filter { !others.contains($0) }.sorted().map {
        Metric($0, try values.decode(Double.self, forKey: NamedKey($0)))
      }
    }

    /// The errors of a part.
    init(part: String, rows: Int, metrics: [Metric], standardError: Double?) {
      (self.part, self.rows, self.metrics, self.standardError) = (part, rows, metrics, standardError)
    }

    /// Part, rows, each metric by its name, and the standard error of the loss.
    public func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: NamedKey.self)
      try values.encode(part, forKey: "part")
      try values.encode(rows, forKey: "rows")
      for metric in metrics { try values.encode(metric.value, forKey: NamedKey(metric.name)) }
      try values.encodeIfPresent(standardError, forKey: "standard_error")
    }
  }

  /// A file that the run leaves.
  public struct ResultFile: Sendable, Equatable, Encodable {
    /// What it is: "model".
    public let name: String
    /// Where it is.
    public let path: String
  }

  /// Notes a file that a stage has written.
  package mutating func addFile(_ name: String, path: String) { files.append(.init(name: name, path: path)) }

  /// How a stage went.
  public struct StageReport: Sendable, Equatable, Codable {
    /// The stage's name.
    public let name: String
    /// Seconds it took.
    public let seconds: Double
    /// What went wrong; nil if nothing did.
    public let failure: String?
  }
}
