import Communication
import ConcreteAutoencoder
import DistributedTraining
import Evaluation
import RunSettings

/// Trains the decoder on every candidate, keeps the one that is best on the validation rows, and trains it further.
struct JudgementStage: SelectionStage {
  let name = "judging selections"
  let participation = StageParticipation.allRanks

  /// The part of a refit's steps that every candidate gets, and the least of it. The rest is the winner's, unless it is
  /// shorter: so few steps at a rate of their own would do harm.
  private static let trial = (share: 0.1, steps: 40)

  /// The decoder's first rate, as a share of training's, where it has to take to other features, and where it goes on.
  private static let rateShares = (other: 0.5, same: 0.25)

  func run(_ context: SelectionContext, _ result: inout SelectionResult) throws {
    let session = context.session
    guard let assignment = result.assignment else { return }
    let refinement = session.configuration.refinement
    guard refinement.distinct || refinement.refit else {
      result.candidates = [Candidate(sources: ["selectors"], features: assignment.argmax, isChosen: true)]
      result.probabilities = result.convergence?.confidences ?? []
      return
    }
    let selectors = refinement.distinct ? assignment.features : assignment.argmax
    let refit = Refit(context)
    // Without validation rows there is no judge: what the selectors chose stands.
    let judges = refinement.refit && !session.dataset.split.validation.isEmpty
    result.candidates =
      judges
      ? try candidates(selectors, result.search, context.communicator)
      : [Candidate(sources: ["selectors"], features: selectors)]
    let steps =
      refinement.refit ? Int((refinement.refitShare * Double(session.plan.plannedSteps)).rounded()) : 0
    let trial = max(Self.trial.steps, Int(Self.trial.share * Double(steps)))
    let trialSteps = !judges ? 0 : steps < 2 * trial ? steps : trial
    var (losses, parameters, outcome) = ([RowLosses](), [[Float]](), RunOutcome.completed)
    for candidate in result.candidates {
      outcome = try refit.train(
        on: candidate.features, steps: trialSteps, rateShare: Self.rateShares.other)
      guard outcome == .completed else { break }
      parameters.append(refit.parameters)
      if judges { losses.append(try validate(context)) }
    }
    var chosen = 0
    if judges, outcome == .completed {
      let judgement = Judgement(losses)
      chosen = judgement.chosen
      for index in result.candidates.indices {
        result.candidates[index].validation = judgement.means[index]
        result.candidates[index].standardError = judgement.standardErrors[index]
        result.candidates[index].differenceError = judgement.differenceErrors[index]
      }
    }
    let features = result.candidates[chosen].features
    if outcome == .completed, steps > trialSteps {
      outcome = try refit.train(
        on: features, steps: steps - trialSteps, from: parameters[chosen], rateShare: Self.rateShares.same)
      parameters[chosen] = refit.parameters
    }
    if case .stopped(_, let atOnce) = outcome {
      result.outcome = .stopped(step: session.plan.totalSteps, atOnce: atOnce)
      return
    }
    result.candidates[chosen].isChosen = true
    result.probabilities = try refit.probabilities(of: features)
    try refit.finish(parameters[chosen], features: features)
    session.state.step = session.plan.totalSteps
  }

  /// The loss of each validation row; every rank must call.
  private func validate(_ context: SelectionContext) throws -> RowLosses {
    let dataset = context.session.dataset
    return try Validation(
      model: context.session.state.model, dataset: dataset, rows: dataset.split.validation
    ).rowLosses(context.communicator)
  }

  /// The selections to judge, each once, in the selectors' order; every rank must call, and all get the same.
  private func candidates(
    _ selectors: [Int], _ search: LinearSearch?, _ communicator: any Communicator
  ) throws -> [Candidate] {
    let input = CandidateInput(selectors: selectors, search: search)
    var candidates: [Candidate] = []
    for source in CandidateSources.all {
      let features = try communicator.features(phase: name) { try source.features(input) ?? [] }
      guard !features.isEmpty else { continue }
      if let same = candidates.firstIndex(where: { Set($0.features) == Set(features) }) {
        candidates[same].sources.append(source.name)
      } else {
        candidates.append(
          Candidate(
            sources: [source.name], features: Self.ordered(features, as: selectors),
            explained: search.map { $0.moments.explained(by: features) }))
      }
    }
    return candidates
  }

  /// The features in the places that they have in `order`; the others fill the places that are left.
  private static func ordered(_ features: [Int], as order: [Int]) -> [Int] {
    let wanted = Set(features)
    var rest = features.filter { !Set(order).contains($0) }[...]
    var seen: Set<Int> = []
    return order.map { wanted.contains($0) && seen.insert($0).inserted ? $0 : rest.popFirst() ?? $0 }
  }
}
