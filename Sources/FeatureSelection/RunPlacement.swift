import Foundation

/// On what a run was worked out, as `run.json` keeps it; what came out is in `result.json`.
package struct RunPlacement: Codable, Sendable, Equatable {
  /// The program's version.
  package let version: String
  /// How many ranks there were when it ended.
  package let ranks: Int
  /// Whether they were workers of one process that no launcher started; nil in runs of earlier versions.
  package let areWorkers: Bool?
  /// Ranks by node, and kernels, in a line.
  package let summary: String
  /// The MPI library; nil for one process, which uses none, and in runs of earlier versions.
  package let mpi: String?
  /// Rows trained on.
  package let trainingRows: Int
  /// Rows set aside to judge on.
  package let validationRows: Int

  enum CodingKeys: String, CodingKey {
    case version, ranks, summary, mpi
    case areWorkers = "workers"
    case trainingRows = "training_rows"
    case validationRows = "validation_rows"
  }

  /// Reads the file at `path`; nil where there is none that can be read.
  package static func read(_ path: String) -> RunPlacement? {
    FileManager.default.contents(atPath: path).flatMap { try? JSONDecoder().decode(Self.self, from: $0) }
  }
}
