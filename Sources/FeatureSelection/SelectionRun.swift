import Communication
import DistributedTraining
import Logging

/// A whole selection: its stages one after the other on all ranks.
///
/// A stage that fails says so in the result and does not take the others' results away; the first failure is thrown once
/// all stages have had their turn. Without a trained model there is nothing to go on with, so a failure of training, or a
/// stop, ends the run at once.
public struct SelectionRun {
  private let context: SelectionContext
  private let stages: [any SelectionStage]

  /// A run of `stages` over a session; every rank makes one, rank 0 with its observer.
  public init(
    _ session: TrainingSession, communicator: any Communicator, observer: (any TrainingObserver)?,
    logger: Logger, stages: [any SelectionStage] = SelectionStages.standard
  ) {
    context = SelectionContext(
      session: session, communicator: communicator, observer: observer, logger: logger)
    self.stages = stages
  }

  /// Runs the stages; every rank must call. `report` is given the result as it stands before a failure is thrown.
  public func run(report: (SelectionResult) throws -> Void) throws {
    var result = SelectionResult()
    var firstFailure: (any Error)?
    for stage in stages {
      let start = context.communicator.time
      let failure = failure(of: stage, &result)
      result.stages.append(
        .init(name: stage.name, seconds: context.communicator.time - start, failure: failure.map { "\($0)" }))
      firstFailure = firstFailure ?? failure
      guard result.outcome == .completed else { break }
    }
    if result.outcome != nil { try report(result) }
    if let firstFailure { throw firstFailure }
  }

  private func failure(of stage: any SelectionStage, _ result: inout SelectionResult) -> (any Error)? {
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
