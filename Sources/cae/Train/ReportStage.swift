import FeatureSelection
import ReportPage

/// Shows the run on a page, from the files that it left.
struct ReportStage: SelectionStage {
  let name = "writing the report"
  let participation = StageParticipation.rankZero
  let observer: RunObserver?

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let session = context.session
    if let selection = result.selection {
      try observer?.take(result: selection, model: session.state.model)
    }
    guard session.configuration.output.report else { return }
    let run = try StoredRun(session.directory.path)
    try RunReport(run, held: session.held).write(to: session.directory.report)
    result.addFile("report", path: session.directory.report)
  }
}
