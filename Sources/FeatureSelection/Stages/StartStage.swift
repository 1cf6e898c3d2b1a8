import Communication
import ConcreteAutoencoder
import DistributedTraining
import Evaluation
import Foundation
import RunSettings

/// Decides where selectors that have not begun start: near the features that the search found, or anywhere.
///
/// Where the decoder's use of features is about linear, a start from the search is better than any other; where it is not,
/// no later step makes up for it. So selectors are trained briefly from anywhere, and what they choose is judged
/// against what the search found, each with a decoder that is trained from its beginning. Where linear regression explains
/// most, nothing is tried.
struct StartStage: SelectionStage {
  let name = "trying a start"
  let participation = StageParticipation.allRanks

  func isOn(_ configuration: RunConfiguration) -> Bool {
    [.start, .automatic].contains(configuration.refinement.search) && configuration.warmStart.isEmpty
  }

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let session = context.session
    guard session.state.step == 0 else {
      // The run goes on; how it began stands in its checkpoint.
      result.start = try session.facts.start.map {
        try JSONDecoder().decode(StartTrial.self, from: Data($0.utf8))
      }
      return
    }
    guard let search = result.search else { return }
    let explained = try search.explained(context.communicator)
    if session.configuration.refinement.search == .automatic, !session.dataset.split.validation.isEmpty {
      let (outcome, trial) =
        explained < Self.plainShare
        ? try judge(search, explained: explained, context)
        : (.completed, StartTrial(explained: explained))
      result.start = trial
      session.facts.start = try trial.map {
        String(decoding: try JSONEncoder().encode($0), as: UTF8.self)
      }
      if case .stopped(_, let atOnce) = outcome { result.outcome = .stopped(step: 0, atOnce: atOnce) }
    }
    try session.startSelectors(near: result.start?.usesSearch ?? true ? search.iterated : [])
  }

  /// The share of the variation from which linear regression tells enough: on no kind of data that was tried did a
  /// start from anywhere lead to better features then.
  private static let plainShare = 0.7

  /// By how much the selectors' choice must be better, beside two standard errors.
  private static let clearLead = 0.01

  /// Steps from anywhere: about half of those in which selectors converge, or of the run if it is shorter. It is then
  /// seen which way they go.
  private static func steps(_ session: TrainingSession) -> Int {
    let features = session.dataset.schema.featureCount
    return max(
      1, min(session.configuration.convergenceSteps(featureCount: features) / 2, session.plan.totalSteps / 2))
  }

  private func judge(
    _ search: LinearSearch, explained: Double, _ context: SelectionContext
  ) throws -> (RunOutcome, StartTrial?) {
    let session = context.session
    let steps = Self.steps(session)
    let initial = context.communicator.isRoot ? Array(session.state.model.parameters.elements) : []
    var outcome = try session.makeTrial(session.configuration, steps: steps).run()
    guard outcome == .completed else { return (outcome, nil) }
    let assignment = try DistinctAssignment(
      logits: session.state.model.logits, constraints: search.constraints)
    let refit = Refit(context)
    var losses: [RowLosses] = []
    for features in [search.iterated, assignment.features] {
      outcome = try refit.train(on: features, steps: steps / 2, from: initial, rateShare: 1)
      guard outcome == .completed else { return (outcome, nil) }
      losses.append(
        try Validation(
          model: session.state.model, dataset: session.dataset, rows: session.dataset.split.validation
        ).rowLosses(context.communicator))
    }
    let judgement = Judgement(losses)
    let (found, chosen) = (judgement.means[0], judgement.means[1])
    return (
      outcome,
      StartTrial(
        explained: explained, steps: steps, search: found, selectors: chosen,
        usesSearch: chosen > found - max(Self.clearLead * found, 2 * judgement.differenceErrors[0]))
    )
  }
}

/// What was found out about where the selectors should start.
public struct StartTrial: Sendable, Equatable, Codable {
  /// The share of the variation that linear regression on the search's features explains, on training rows.
  public let explained: Double?
  /// Steps that selectors were trained from anywhere; 0 where linear regression explains so much that nothing was tried.
  public var steps = 0
  /// The mean loss on the validation rows with the features that the search found; nil where nothing was tried.
  public var search: Double?
  /// The same with those that the selectors chose.
  public var selectors: Double?
  /// Whether the selectors start near the search's features.
  public var usesSearch = true

  enum CodingKeys: String, CodingKey {
    case explained, steps, search, selectors
    case usesSearch = "uses_search"
  }
}
