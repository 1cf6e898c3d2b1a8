import ConcreteAutoencoder
import RunSettings
import RunStore

/// What a user asks for: a recipe, a file, options, and whether a run is to go on.
public struct ConfigurationRequest {
  /// The recipe named on the command line.
  public var recipe: Recipe?
  /// The configuration file.
  public var file: ConfigurationFile?
  /// Puts the command line's options into a configuration.
  public var applyOptions: (inout RunConfiguration) -> Void
  /// Whether a run that the run directory holds goes on.
  public var resume: Bool

  /// A request with all its parts.
  public init(
    recipe: Recipe?, file: ConfigurationFile?, resume: Bool,
    applyOptions: @escaping (inout RunConfiguration) -> Void
  ) {
    self.recipe = recipe
    self.file = file
    self.resume = resume
    self.applyOptions = applyOptions
  }

  /// What a request comes to: every setting, the state to start from, and what the user should know.
  public struct Resolved {
    /// Every setting.
    public var configuration: RunConfiguration
    /// The checkpoint to go on from, if there is one.
    public var checkpoint: Checkpoint?
    /// Lines to show.
    public var notes: [String]
  }

  /// Resolves the request: options over file over recipe, or over the settings of the run that goes on.
  ///
  /// Reads the run directory, so only rank 0 calls it. Throws `ConfigurationError`, `ConfigurationFileError`,
  /// `CheckpointError` or `RunDirectoryError`.
  public func resolve() throws -> Resolved {
    let asked = try recipe ?? file?.recipe()
    var configuration = (asked ?? .default).configuration
    try overlay(&configuration)
    let directory = RunDirectory(path: configuration.output.runDirectory)
    func fresh(_ notes: [String]) throws -> Resolved {
      try configuration.validate()
      configuration.training.fixChunks()
      return Resolved(configuration: configuration, notes: notes)
    }
    guard resume else {
      try configuration.validate()
      if directory.holdsRun {
        throw RunDirectoryError(
          "\(directory.path) already holds a run; go on with it by --resume or choose another --run-dir")
      }
      return try fresh([])
    }
    guard let (checkpoint, skipped) = try directory.checkpoints.newest() else {
      return try fresh(["no checkpoint in \(directory.path): starting"])
    }
    var notes = skipped.map { "skipped a damaged checkpoint: \($0.description)" }
    if let asked, asked != checkpoint.configuration.recipe {
      throw Self.mismatch(
        checkpoint, name: "recipe", saved: checkpoint.configuration.recipe.rawValue, asked: asked.rawValue)
    }
    configuration = checkpoint.configuration
    try overlay(&configuration)
    // The run may have been moved since: it goes on where it was found.
    configuration.output.runDirectory = directory.path
    if configuration.training.chunks == 0 {
      configuration.training.chunks = checkpoint.configuration.training.chunks
    }
    // What other values mean depends on this one.
    try Self.requireSame(checkpoint, configuration) { $0.name == "reduction" }
    try configuration.validate()
    try Self.requireSame(checkpoint, configuration) { $0.role == .identity }
    notes += try Self.extend(&configuration, of: checkpoint)
    notes.append("going on from step \(checkpoint.step) (\(checkpoint.path))")
    return Resolved(configuration: configuration, checkpoint: checkpoint, notes: notes)
  }

  private func overlay(_ configuration: inout RunConfiguration) throws {
    try file?.apply(to: &configuration)
    applyOptions(&configuration)
  }

  private static func requireSame(
    _ checkpoint: Checkpoint, _ configuration: RunConfiguration, where isMeant: (Setting) -> Bool
  ) throws {
    for setting in Setting.all where isMeant(setting) {
      let saved = setting.text(in: checkpoint.configuration)
      let asked = setting.text(in: configuration)
      if saved != asked { throw mismatch(checkpoint, name: setting.name, saved: saved, asked: asked) }
    }
  }

  private static func mismatch(
    _ checkpoint: Checkpoint, name: String, saved: String, asked: String
  ) -> CheckpointError {
    CheckpointError(
      path: checkpoint.path,
      problem: "the run was begun with --\(name) \(saved), not \(asked): that would be another run. "
        + "Leave the option out, or start another run in another --run-dir")
  }

  /// Lets a run go on for more epochs than it was planned for: the schedules stay as planned and their last
  /// values hold.
  private static func extend(
    _ configuration: inout RunConfiguration, of checkpoint: Checkpoint
  ) throws -> [String] {
    let saved = checkpoint.configuration.training
    let planned = saved.plannedEpochs
    let schedule = configuration.training.scheduleEpochs
    if schedule != saved.scheduleEpochs, schedule != planned {
      throw mismatch(checkpoint, name: "schedule-epochs", saved: "\(planned)", asked: "\(schedule)")
    }
    let epochs = configuration.training.epochs
    guard epochs != saved.epochs else { return [] }
    if epochs < saved.epochs {
      throw CheckpointError(
        path: checkpoint.path,
        problem: "the run was planned for \(saved.epochs) epochs; --epochs \(epochs) would end it before its "
          + "temperature is down. Give \(saved.epochs) or more")
    }
    configuration.training.scheduleEpochs = planned
    let last = configuration.temperature.temperature(
      step: planned * checkpoint.facts.stepsPerEpoch - 1, stepsPerEpoch: checkpoint.facts.stepsPerEpoch,
      plannedEpochs: planned)
    return [
      "\(epochs - saved.epochs) more epochs: temperature and rates keep the plan of \(planned) epochs, so the "
        + "temperature stays at \(last) after them"
    ]
  }
}
