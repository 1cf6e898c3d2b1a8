import Communication
import DistributedTraining

/// A whole selection: its stages one after the other on all ranks.
///
/// A stage that fails says so in the result and does not take the others' results away; the first failure is thrown once
/// all stages have had their turn. A failure of an essential stage, or a stop, ends the run at once.
package struct SelectionRun {
  private let context: SelectionContext
  private let stages: [any SelectionStage]

  /// A run of `stages` over a session; every rank makes one, rank 0 with its observer.
  package init(
    _ session: TrainingSession, communicator: any Communicator, observer: (any TrainingObserver)?,
    stages: [any SelectionStage] = SelectionStages.standard
  ) {
    context = SelectionContext(session: session, communicator: communicator, observer: observer)
    self.stages = stages.filter { $0.isOn(session.configuration) }
  }

  /// Runs the stages; every rank must call. `report` is given the result as it stands before a failure is thrown.
  package func run(report: (SelectionResult) throws -> Void) throws {
    var result = SelectionResult()
    var firstFailure: (any Error)?
    for stage in stages {
      let start = context.communicator.time
      let failure = failure(of: stage, &result)
      result.stages.append(
        .init(name: stage.name, seconds: context.communicator.time - start, failure: failure.map { "\($0)" }))
      firstFailure = firstFailure ?? failure
      if case .stopped? = result.outcome { break }
      if failure != nil, stage.isEssential { break }
    }
    context.session.endWatch()
    if result.outcome != nil { try report(result) }
    if let firstFailure { throw firstFailure }
  }

  private func failure(of stage: any SelectionStage, _ result: inout SelectionResult) -> (any Error)? {
    let isWaiting = stage.participation == .rankZero && !context.communicator.isRoot
    context.session.watchdog.begin(stage: stage.name, isWaiting: isWaiting)
    do {
      switch stage.participation {
      case .allRanks: try stage.run(context, &result)
      case .rankZero:
        try context.communicator.agree(phase: stage.name) {
          if context.communicator.isRoot { try stage.run(context, &result) }
        }
      }
      return nil
    } catch {
      return error
    }
  }
}
