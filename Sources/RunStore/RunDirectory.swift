import AtomicFile
import Foundation

/// The files of one run. Only rank 0 touches them.
package struct RunDirectory: Sendable {
  /// The directory.
  package let path: String

  /// The run in `path`, which need not exist yet.
  package init(path: String) { self.path = path }

  /// Every setting of the run.
  package var configuration: String { "\(path)/config.yaml" }
  /// One JSON object a line.
  package var metrics: String { "\(path)/metrics.jsonl" }
  /// The final parameters.
  package var model: String { "\(path)/model.safetensors" }
  /// The selected features.
  package var selection: String { "\(path)/selected.csv" }
  /// All that came out: selection, candidates, errors, comparison.
  package var result: String { "\(path)/result.json" }
  /// On what it ran.
  package var placement: String { "\(path)/run.json" }
  /// The page for people.
  package var report: String { "\(path)/report.html" }
  /// Images of the recorded moments.
  package var images: String { "\(path)/images" }
  /// Checkpoints.
  package var checkpoints: CheckpointStore { CheckpointStore(directory: "\(path)/checkpoints") }

  /// Whether a run has begun here.
  package var holdsRun: Bool {
    FileManager.default.fileExists(atPath: configuration) || !checkpoints.steps().isEmpty
  }

  /// Makes the directory and its folders.
  package func create() throws {
    for directory in [path, checkpoints.directory] { try Directory.make(directory) }
  }
}

/// A run directory that cannot be taken for this run.
package struct RunDirectoryError: Error, Sendable, CustomStringConvertible {
  /// The text shown to the user.
  package let description: String

  /// Says what is wrong and what to do.
  package init(_ description: String) { self.description = description }
}
