import ConcreteAutoencoder

/// One named setting of `RunConfiguration`: how to read and write it as text, and what a change of it means to
/// a run that goes on.
public struct Setting: Sendable {
  /// What changing the setting does to a run that is resumed.
  public enum Role: Sendable {
    /// It would be another run.
    case identity
    /// It may differ: the numbers stay the same.
    case free
  }

  /// The name: the command-line option without dashes and the key in files.
  public let name: String
  /// Whether it may change on resume.
  public let role: Role
  /// What a right value looks like, for messages.
  public let expectation: String
  /// Whether the value is a list, which files may write as a YAML sequence.
  public let takesList: Bool
  private let read: @Sendable (RunConfiguration) -> String
  private let write: @Sendable (inout RunConfiguration, String) throws -> Void

  private init<Value: SettingValue>(
    _ name: String, _ path: WritableKeyPath<RunConfiguration, Value> & Sendable, _ role: Role = .identity
  ) {
    self.name = name
    self.role = role
    expectation = Value.expectation
    takesList = Value.self == [Int].self
    read = { $0[keyPath: path].settingText }
    write = { configuration, text in
      guard let value = Value(settingText: text) else {
        throw ConfigurationError(option: name, problem: "'\(text)' is not \(Value.expectation)")
      }
      configuration[keyPath: path] = value
    }
  }

  /// The setting's value in a configuration, as text.
  public func text(in configuration: RunConfiguration) -> String { read(configuration) }

  /// Sets it from text; throws `ConfigurationError` when the text is not of its type.
  public func set(_ text: String, in configuration: inout RunConfiguration) throws {
    try write(&configuration, text)
  }

  /// Every setting, in the order of tables and files.
  public static let all: [Setting] = [
    Setting("recipe", \.recipe, .free),
    Setting("task", \.task),
    Setting("data", \.data.directory, .free),
    Setting("validation-fraction", \.data.validationFraction),
    Setting("k", \.selector.k),
    Setting("hard", \.selector.hard),
    Setting("logits-dropout", \.selector.logitsDropout),
    Setting("gjs-weight", \.selector.gjsWeight),
    Setting("noise-groups", \.selector.noiseGroups),
    Setting("initial-logits", \.selector.initialLogits),
    Setting("warm-start", \.data.warmStart),
    Setting("hidden", \.decoder.hidden),
    Setting("dropout", \.decoder.dropout),
    Setting("layer-norm", \.decoder.layerNorm),
    Setting("learning-rate", \.optimizer.learningRate),
    Setting("selector-learning-rate", \.optimizer.selectorLearningRate),
    Setting("decay", \.optimizer.decay),
    Setting("decay-to", \.optimizer.decayTo),
    Setting("temperature-start", \.temperature.start),
    Setting("temperature-end", \.temperature.end),
    Setting("anneal", \.temperature.annealing),
    Setting("anneal-per", \.temperature.unit),
    Setting("warmup-epochs", \.temperature.warmupEpochs),
    Setting("stop-anneal", \.temperature.stopAnneal),
    Setting("epochs", \.training.epochs, .free),
    Setting("schedule-epochs", \.training.scheduleEpochs, .free),
    Setting("batch-size", \.training.batchSize),
    Setting("seed", \.training.seed),
    Setting("reduction", \.training.reductionMode),
    Setting("chunks", \.training.chunks),
    Setting("threads", \.training.threads, .free),
    Setting("share-memory", \.training.shareMemory, .free),
    Setting("run-dir", \.output.runDirectory, .free),
    Setting("checkpoint-every", \.output.checkpointEvery, .free),
    Setting("snapshot-epochs", \.output.snapshotEpochs, .free),
    Setting("log-every", \.output.logEvery, .free),
    Setting("stall-timeout", \.output.stallTimeout, .free),
  ]

  /// The setting of a name, or nil.
  public static func named(_ name: String) -> Setting? { all.first { $0.name == name } }

  /// The known name nearest to a mistyped one, or nil if none is near.
  public static func nearestName(to name: String) -> String? {
    let ranked = all.map { ($0.name, editDistance(name, $0.name)) }
    guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(2, name.count / 3) else { return nil }
    return best.0
  }

  private static func editDistance(_ a: String, _ b: String) -> Int {
    let a = Array(a), b = Array(b)
    var previous = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      for j in b.indices {
        current.append(
          min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1)))
      }
      previous = current
    }
    return previous[b.count]
  }
}
