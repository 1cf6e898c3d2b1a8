import Foundation
import SelectionReport

/// Writes the selected features as a table.
struct SelectionFileStage: SelectionStage {
  let name = "writing the selection"
  let participation = StageParticipation.rankZero

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let path = context.session.directory.selection
    try result.selection?.write(csv: URL(fileURLWithPath: path))
    result.files.append(.init(name: "selection", path: path))
  }
}
