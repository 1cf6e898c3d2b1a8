import Foundation
import RunStore

/// What `stability.json` holds.
package struct StabilityFile: Codable {
  private static let name = "concrete-autoencoder stability 1"

  private let format: String
  /// How far the selections agree.
  package let stability: Stability
  /// The loss of each run on the rows that it held out.
  package let losses: [Double]
  /// The seed of each run.
  package let seeds: [UInt64]
  /// How rows were drawn.
  package let rows: String
  /// The hash of the data.
  package let dataHash: String

  enum CodingKeys: String, CodingKey {
    case format, stability, seeds, rows
    case losses = "held_out_losses"
    case dataHash = "data_sha256"
  }

  /// Puts the parts together.
  init(stability: Stability, losses: [Double], seeds: [UInt64], rows: String, dataHash: String) {
    (format, self.stability, self.losses) = (Self.name, stability, losses)
    (self.seeds, self.rows, self.dataHash) = (seeds, rows, dataHash)
  }

  /// Where it lies in the directory of `cae stability`.
  package static func path(in directory: String) -> String { "\(directory)/stability.json" }

  /// Reads what `cae stability` has left in a directory. Throws `RunDirectoryError`.
  package static func read(in directory: String) throws -> StabilityFile {
    let path = path(in: directory)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw RunDirectoryError(
        "--stability: there is no \(path); give the directory of a finished `cae stability`")
    }
    guard let file = try? JSONDecoder().decode(StabilityFile.self, from: data), file.format == name else {
      throw RunDirectoryError("--stability: \(path) is not what `cae stability` of this version writes")
    }
    return file
  }
}
