import ConcreteAutoencoder
import Testing

/// Each bad value is refused with the option's name and what is wrong.
@Suite struct ConfigurationValidationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let option: String
    let text: String
    let validate: @Sendable () throws -> Void

    var testDescription: String { text }

    init(_ option: String, _ text: String, _ validate: @escaping @Sendable () throws -> Void) {
      (self.option, self.text, self.validate) = (option, text, validate)
    }
  }

  private static func selector(
    featureCount: Int? = nil, _ change: (inout SelectorConfiguration) -> Void
  ) throws {
    var configuration = SelectorConfiguration()
    change(&configuration)
    try configuration.validate(featureCount: featureCount)
  }

  private static func batch(of rows: Int, noiseGroups: Int) throws {
    var configuration = SelectorConfiguration()
    configuration.noiseGroups = noiseGroups
    try configuration.validate(batchSize: rows)
  }

  private static func decoder(_ change: (inout DecoderConfiguration) -> Void) throws {
    var configuration = DecoderConfiguration()
    change(&configuration)
    try configuration.validate()
  }

  private static func optimizer(_ change: (inout OptimizerConfiguration) -> Void) throws {
    var configuration = OptimizerConfiguration()
    change(&configuration)
    try configuration.validate()
  }

  private static func temperature(_ change: (inout TemperatureSchedule) -> Void) throws {
    var schedule = TemperatureSchedule()
    change(&schedule)
    try schedule.validate(plannedEpochs: 10, stepsPerEpoch: 10)
  }

  static let refused: [Case] = [
    Case("k", "--k: 0 is not at least 1") { try selector { $0.k = 0 } },
    Case("k", "--k: 50 features to select (the default), but the data have only 49") {
      try selector(featureCount: 49) { _ in }
    },
    Case("logits-dropout", "--logits-dropout: 1.0 is not in 0 ..< 1") {
      try selector { $0.logitsDropout = 1 }
    },
    Case("logits-dropout", "--logits-dropout: -0.1 is not in 0 ..< 1") {
      try selector { $0.logitsDropout = -0.1 }
    },
    Case("logits-dropout", "--logits-dropout: nan is not in 0 ..< 1") {
      try selector { $0.logitsDropout = .nan }
    },
    Case("gjs-weight", "--gjs-weight: -1.0 is not a number of at least 0") {
      try selector { $0.gjsWeight = -1 }
    },
    Case("gjs-weight", "--gjs-weight: inf is not a number of at least 0") {
      try selector { $0.gjsWeight = .infinity }
    },
    Case("gjs-weight", "--gjs-weight: nan is not a number of at least 0") {
      try selector { $0.gjsWeight = .nan }
    },
    Case("indirect-size", "--indirect-size: -1 is not at least 1") { try selector { $0.indirectSize = -1 } },
    Case("indirect-size", "--indirect-size: 8 means something with --parametrization indirect alone") {
      try selector { $0.indirectSize = 8 }
    },
    Case("noise-groups", "--noise-groups: -1 is below 0; give 0 for a group a row") {
      try selector { $0.noiseGroups = -1 }
    },
    Case("noise-groups", "--noise-groups: 129 groups, but a batch has only 128 rows (--batch-size)") {
      try batch(of: 128, noiseGroups: 129)
    },
    Case("noise-groups", "8388609 groups in a batch of 8388609 rows (--batch-size) are more than") {
      try batch(of: 8_388_609, noiseGroups: 0)
    },
    Case("noise-groups", "8388609 groups in a batch of 10000000 rows (--batch-size) are more than") {
      try batch(of: 10_000_000, noiseGroups: 8_388_609)
    },
    Case("hidden", "--hidden: 257 layers are more than 256") {
      try decoder { $0.hidden = Array(repeating: 2, count: 257) }
    },
    Case("hidden", "--hidden: a layer of 0 units is not at least 1; give `none` for a linear decoder") {
      try decoder { $0.hidden = [200, 0] }
    },
    Case("dropout", "--dropout: 1.5 is not in 0 ..< 1") { try decoder { $0.dropout = 1.5 } },
    Case("learning-rate", "--learning-rate: 0.0 is not a finite number above 0") {
      try optimizer { $0.learningRate = 0 }
    },
    Case("learning-rate", "--learning-rate: inf is not a finite number above 0") {
      try optimizer { $0.learningRate = .infinity }
    },
    Case("selector-learning-rate", "--selector-learning-rate: nan is not a finite number above 0") {
      try optimizer { $0.selectorLearningRate = .nan }
    },
    Case("decay-to", "--decay-to: 1.1 is not in 0 ... 1") { try optimizer { $0.decayTo = 1.1 } },
    Case("decay-to", "--decay-to: nan is not in 0 ... 1") { try optimizer { $0.decayTo = .nan } },
    Case("temperature-start", "--temperature-start: 0.0 is not a finite number above 0") {
      try temperature { $0.start = 0 }
    },
    Case("temperature-end", "--temperature-end: -1.0 is not a finite number above 0") {
      try temperature { $0.end = -1 }
    },
    Case("temperature-end", "--temperature-end: 3.0 is above the start of 2.0: it must fall") {
      try temperature { $0.end = 3 }
    },
    Case("warmup-epochs", "--warmup-epochs: -1 is below 0") { try temperature { $0.warmupEpochs = -1 } },
    Case("stop-anneal", "--stop-anneal: -1 is below 0") { try temperature { $0.stopAnneal = -1 } },
    Case("warmup-epochs", "--warmup-epochs: the temperature has no room to fall: 10 epochs of 10 steps") {
      try temperature { $0.warmupEpochs = 10 }
    },
    Case("warmup-epochs", "or --anneal-per step") {
      try temperature { ($0.warmupEpochs, $0.unit) = (9, .epoch) }
    },
  ]

  @Test("names the option and the problem", arguments: refused)
  func refuses(_ bad: Case) {
    let error = #expect(throws: ConfigurationError.self) { try bad.validate() }
    #expect(error?.option == bad.option)
    #expect(error?.description.contains(bad.text) == true, "\(error?.description ?? "no error")")
  }

  @Test("defaults and limits are accepted")
  func accepts() throws {
    try Self.selector(featureCount: 50) { _ in }
    try Self.selector { ($0.logitsDropout, $0.gjsWeight) = (0.99, 0) }
    for groups in [0, 1, 127, 128] { try Self.batch(of: 128, noiseGroups: groups) }
    try Self.batch(of: 8_388_608, noiseGroups: 0)
    try Self.batch(of: 10_000_000, noiseGroups: 8_388_608)
    try Self.decoder { _ in }
    try Self.decoder { $0.hidden = Array(repeating: 2, count: 256) }
    try Self.decoder { ($0.hidden, $0.dropout) = ([], 0) }
    try Self.optimizer { _ in }
    for limit in [0.0, 1] { try Self.optimizer { $0.decayTo = limit } }
    try Self.temperature { _ in }
    try Self.temperature { ($0.warmupEpochs, $0.annealing, $0.unit) = (9, .linear, .epoch) }
    try Self.temperature { $0.warmupEpochs = 9 }
  }
}
