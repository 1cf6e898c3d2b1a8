import AtomicFile
import Foundation

/// The files of one run. Only rank 0 touches them.
public struct RunDirectory: Sendable {
  /// The directory.
  public let path: String

  /// The run in `path`, which need not exist yet.
  public init(path: String) { self.path = path }

  /// Every setting of the run.
  public var configuration: String { "\(path)/config.yaml" }
  /// One JSON object a line.
  public var metrics: String { "\(path)/metrics.jsonl" }
  /// The final parameters.
  public var model: String { "\(path)/model.safetensors" }
  /// The selected features.
  public var selection: String { "\(path)/selected.csv" }
  /// All that came out: selection, candidates, errors, comparison.
  public var result: String { "\(path)/result.json" }
  /// On what it ran.
  public var placement: String { "\(path)/run.json" }
  /// The page for people.
  public var report: String { "\(path)/report.html" }
  /// Images of the recorded moments.
  public var images: String { "\(path)/images" }
  /// Checkpoints.
  public var checkpoints: CheckpointStore { CheckpointStore(directory: "\(path)/checkpoints") }

  /// Whether a run has begun here.
  public var holdsRun: Bool {
    FileManager.default.fileExists(atPath: configuration) || !checkpoints.steps().isEmpty
  }

  /// Makes the directory and its folders.
  public func create() throws {
    for directory in [path, checkpoints.directory] { try Directory.make(directory) }
  }
}

/// A run directory that cannot be taken for this run.
public struct RunDirectoryError: Error, Sendable, CustomStringConvertible {
  /// The text shown to the user.
  public let description: String

  /// Says what is wrong and what to do.
  public init(_ description: String) { self.description = description }
}
