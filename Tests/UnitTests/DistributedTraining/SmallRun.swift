import ConcreteAutoencoder
import DistributedTraining
import LinearAlgebra
import RunSettings
import RunStore
import Tables
import Testing

/// A state with numbers in every place, and the settings it belongs to.
struct SmallRun: Sendable, CustomTestStringConvertible {
  let name: String
  var configuration = RunConfiguration()
  var classes: Int?
  var testDescription: String { name }

  init(
    _ name: String = "one hidden layer", classes: Int? = nil,
    _ change: (inout RunConfiguration) -> Void = { _ in }
  ) {
    self.name = name
    self.classes = classes
    configuration.selector.k = 3
    configuration.decoder.hidden = [5]
    configuration.output.runDirectory = "some/where"
    change(&configuration)
  }

  static let all = [
    SmallRun(),
    SmallRun("linear") { $0.decoder.hidden = [] },
    SmallRun("two hidden layers, layer norm") {
      $0.decoder.hidden = [5, 4]
      $0.decoder.layerNorm = true
    },
    SmallRun("indirect") { ($0.selector.parametrization, $0.selector.indirectSize) = (.indirect, 6) },
    SmallRun("classification", classes: 7) { $0.task = .classify },
    SmallRun("as many classes as features", classes: 12) { $0.task = .classify },
  ]

  var shape: ModelShape {
    ModelShape(
      featureCount: 12, selectorCount: 3, hidden: configuration.decoder.hidden,
      layerNorm: configuration.decoder.layerNorm,
      task: configuration.task, targetCount: classes, indirectSize: configuration.selector.shapedIndirectSize)
  }

  var facts: RunFacts {
    RunFacts(
      data: DataDescription(
        schema: TableSchema(
          count: 12, kind: .number, names: (0..<12).map { "gene \($0)" },
          grid: FeatureGrid(rows: 3, columns: 4)),
        preprocessing: Preprocessing(
          offset: (0..<12).map { Double($0) / 3 }, scale: (0..<12).map { 1 / (Double($0) + 0.3) }),
        classes: classes.map { (0..<$0).map { "class \"\($0)\"" } }, contentHash: "abc123", trainingRows: 90),
      stepsPerEpoch: 10)
  }

  /// Every number different and some of them unusual; `step` steps done.
  func state(step: Int = 17) -> ModelState {
    let state = ModelState(shape: shape)
    for (index, buffer) in [state.model.parameters, state.adam.first, state.adam.second].enumerated() {
      let tensors = index == 0 ? state.model.layout.tensors : state.model.layout.trained
      for slot in tensors {
        for place in slot.offset..<slot.offset + slot.count {
          buffer.base[place] = Float(index + 1) / Float(place + 3) - Float(step) * 1e-3
        }
      }
      let first = tensors[0].offset
      buffer.base[first + 1] = -0.0
      buffer.base[first + 2] = .leastNonzeroMagnitude
    }
    state.step = step
    return state
  }
}

extension ModelState {
  /// The bit patterns of all tensors, without what lies between them.
  func bits() -> [[UInt32]] {
    [model.parameters, adam.first, adam.second].map { buffer in
      model.layout.tensors.flatMap { slot in
        (slot.offset..<slot.offset + slot.count).map { buffer.base[$0].bitPattern }
      }
    }
  }
}
