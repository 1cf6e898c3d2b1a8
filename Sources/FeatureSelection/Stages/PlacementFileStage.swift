import AtomicFile
import Communication
import Foundation

/// Writes on what the run was worked out.
struct PlacementFileStage: SelectionStage {
  let name = "writing on what it ran"
  let participation = StageParticipation.rankZero

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let session = context.session
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let isLaunched = LaunchEnvironment(ProcessInfo.processInfo.environment).launcher != nil
    let placement = RunPlacement(
      version: session.programVersion, ranks: context.communicator.size, areWorkers: !isLaunched,
      summary: session.environment.summary, mpi: isLaunched ? MPICommunicator.libraryVersion : nil,
      trainingRows: session.plan.trainingRows, validationRows: session.plan.validationRows)
    let text = String(decoding: try encoder.encode(placement), as: UTF8.self)
    try AtomicFile.write(text + "\n", to: session.directory.placement)
  }
}
