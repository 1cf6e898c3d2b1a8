import Communication
import ConcreteAutoencoder
import DistributedTraining
import Evaluation
import Foundation
import LinearAlgebra
import RunSettings
import Tables

/// Trains the decoder on hard selections, each from where training left it: the same loop without the selectors.
final class Refit {
  private let session: TrainingSession
  private let communicator: any Communicator
  /// What training came to; on rank 0 alone.
  private let trained: [Float]
  private let argmax: [Int]
  private let isClosedForm: Bool
  private let rows: EvaluationRows

  /// Rows from which values of the features that a decoder was trained on are predicted.
  private static let transferRows = 5_000

  /// Keeps what the session has been trained to.
  init(_ context: SelectionContext) {
    session = context.session
    communicator = context.communicator
    let model = session.state.model
    trained = communicator.isRoot ? Array(model.parameters.elements) : []
    argmax = model.selectedFeatures().map(Int.init)
    isClosedForm = DecoderTransfer.isClosedForm(model.shape, hasGaps: session.dataset.hasGaps)
    let training = session.dataset.split.training
    rows = EvaluationRows(
      session.dataset, rows: isClosedForm ? training : training.sample(Self.transferRows))
  }

  /// The parameters now; on rank 0 alone.
  var parameters: [Float] { communicator.isRoot ? Array(session.state.model.parameters.elements) : [] }

  /// Leaves the session's model with a decoder trained for `steps` steps on `features`, one a selector, from where training
  /// left it or from `parameters` (of rank 0), and at a share of training's rate; every rank must call.
  func train(
    on features: [Int], steps: Int, from parameters: [Float]? = nil, rateShare: Double
  ) throws -> RunOutcome {
    let state = session.state
    try communicator.agree(phase: "carrying the decoder over") {
      guard communicator.isRoot else { return }
      restore(parameters ?? trained)
      if parameters == nil || isClosedForm {
        try DecoderTransfer.carry(state.model, from: argmax, to: features, rows: rows)
      }
      state.model.logits.clear()
      for (k, feature) in features.enumerated() { state.model.logits[k, feature] = 1 }
      for (prefix, buffer) in state.buffers where prefix != "" {
        buffer.base.update(repeating: 0, count: buffer.count)
      }
    }
    (state.step, state.best, state.interval) = (0, nil, LossSums())
    try session.memory.distribute()
    guard steps > 0, !isClosedForm else { return .completed }
    var configuration = session.configuration
    configuration.selector.gjsWeight = 0
    configuration.output.snapshotEpochs = []
    configuration.optimizer.learningRate *= rateShare
    return try session.makeTrial(configuration, steps: steps, trainsSelectors: false).run()
  }

  /// Leaves the session with `parameters` (of rank 0) but the trained logits, in which each of `features` leads; every rank
  /// must call.
  func finish(_ parameters: [Float], features: [Int]) throws {
    let model = session.state.model
    if communicator.isRoot {
      restore(parameters)
      trained.withUnsafeBufferPointer {
        model.parameters.base.update(from: $0.baseAddress!, count: model.layout.decoderOffset)
      }
      for (k, feature) in features.enumerated() where feature != argmax[k] {
        model.logits[k, feature] = model.logits[k, argmax[k]].nextUp
      }
    }
    try session.memory.distribute()
  }

  /// The probability that each trained selector gives to its one of `features`; every rank must call.
  func probabilities(of features: [Int]) throws -> [Double] {
    var found = [Double](repeating: 0, count: features.count)
    if communicator.isRoot {
      let count = session.state.model.shape.featureCount
      let scratch = AlignedBuffer<Float>(count: count)
      trained.withUnsafeBufferPointer { trained in
        for (k, feature) in features.enumerated() {
          Float.logSoftmax(out: scratch.base, logits: trained.baseAddress! + k * count, count: count)
          found[k] = exp(Double(scratch.base[feature]))
        }
      }
    }
    try found.withUnsafeMutableBytes { try communicator.broadcast($0, root: 0) }
    return found
  }

  private func restore(_ parameters: [Float]) {
    parameters.withUnsafeBufferPointer {
      session.state.model.parameters.base.update(from: $0.baseAddress!, count: $0.count)
    }
  }
}
