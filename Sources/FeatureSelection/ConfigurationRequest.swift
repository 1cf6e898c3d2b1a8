import ConcreteAutoencoder
import RunSettings
import RunStore

/// What a user asks for: a recipe, a file, options, and whether a run is to go on.
package struct ConfigurationRequest {
  /// The recipe named on the command line.
  package var recipe: Recipe?
  /// The configuration file.
  package var file: ConfigurationFile?
  /// Puts the command line's options into a configuration.
  package var applyOptions: (inout RunConfiguration) throws -> Void
  /// Whether a run that the run directory holds goes on.
  package var resume: Bool

  /// A request with all its parts.
  package init(
    recipe: Recipe?, file: ConfigurationFile?, resume: Bool,
    applyOptions: @escaping (inout RunConfiguration) throws -> Void
  ) {
    self.recipe = recipe
    self.file = file
    self.resume = resume
    self.applyOptions = applyOptions
  }

  /// What a request comes to: every setting, the state to start from, and what the user should know.
  package struct Resolved {
    /// Every setting.
    package var configuration: RunConfiguration
    /// The checkpoint to go on from, if there is one.
    package var checkpoint: Checkpoint?
    /// Lines to show.
    package var notes: [String]
    /// Lines to show to those as well who want to see nothing else.
    package var warnings: [String] = []
  }

  /// Resolves the request: options over file over recipe, or over the settings of the run that goes on.
  ///
  /// Reads the run directory, so only rank 0 calls it. Throws `ConfigurationError`, `ConfigurationFileError`,
  /// `CheckpointError` or `RunDirectoryError`.
  package func resolve() throws -> Resolved {
    let asked = try recipe ?? file?.recipe()
    var configuration = (asked ?? .default).configuration
    try overlay(&configuration)
    let directory = RunDirectory(path: configuration.output.runDirectory)
    func fresh(_ notes: [String]) throws -> Resolved {
      try configuration.validate()
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
    let warnings = skipped.map { "skipped a \($0.isDamage ? "damaged " : "")checkpoint: \($0.description)" }
    try Self.requireOwn(checkpoint, of: directory)
    configuration = checkpoint.configuration
    try overlay(&configuration)
    configuration.recipe = asked ?? checkpoint.configuration.recipe
    // The run may have been moved since: it goes on where it was found.
    configuration.output.runDirectory = directory.path
    let saved = checkpoint.configuration.training
    configuration.takeAutomatic(of: checkpoint.configuration)
    // Rounds that came after the planned epochs are part of the run.
    if configuration.training.untilConverged, configuration.training.epochs <= saved.epochs {
      configuration.training.epochCount = saved.epochCount
    }
    try Self.requireSame(checkpoint, configuration)
    try configuration.validate()
    let notes =
      Self.extend(&configuration, of: checkpoint) + [
        "going on from step \(checkpoint.step) (\(checkpoint.path))"
      ]
    return Resolved(configuration: configuration, checkpoint: checkpoint, notes: notes, warnings: warnings)
  }

  private func overlay(_ configuration: inout RunConfiguration) throws {
    try file?.apply(to: &configuration)
    try applyOptions(&configuration)
  }

  /// The identity of a run as `a` and `b` have it, where they differ.
  private static func differences(
    _ a: RunConfiguration, _ b: RunConfiguration
  ) -> [(name: String, first: String, second: String)] {
    let found = Setting.all.filter { $0.role == .identity }.map {
      (name: $0.name, first: $0.text(in: a), second: $0.text(in: b))
    }
    return found.filter { $0.first != $0.second }
  }

  /// Throws `CheckpointError` if a checkpoint is of another run than the directory's configuration, where that can be read.
  private static func requireOwn(_ checkpoint: Checkpoint, of directory: RunDirectory) throws {
    guard let begun = try? ConfigurationFile(path: directory.configuration).wholeConfiguration() else {
      return
    }
    let texts = differences(checkpoint.configuration, begun).map {
      "with --\($0.name) \($0.first), not \($0.second)"
    }
    guard !texts.isEmpty else { return }
    throw CheckpointError(
      path: checkpoint.path,
      problem:
        "it was saved by another run than \(directory.configuration) tells of: \(texts.joined(separator: ", and ")). "
        + "Take it away, or take \(directory.configuration) away if the checkpoint is right")
  }

  /// Throws `CheckpointError` that names every setting which would make it another run, or end it too early.
  private static func requireSame(_ checkpoint: Checkpoint, _ configuration: RunConfiguration) throws {
    let saved = checkpoint.configuration
    var changes = differences(saved, configuration)
    let (planned, schedule) = (saved.training.plannedEpochs, configuration.training.scheduleEpochs)
    if schedule != saved.training.scheduleEpochs {
      changes.append(("schedule-epochs", "\(planned)", "\(schedule)"))
    }
    var texts = changes.map { "with --\($0.name) \($0.first), not \($0.second)" }
    var problems = texts.isEmpty ? [] : ["that would be another run"]
    if configuration.training.epochs < saved.training.epochs {
      texts.append("with --epochs \(saved.training.epochs), not \(configuration.training.epochs)")
      problems.append("fewer epochs would end it before its temperature is down")
    }
    guard texts.isEmpty else {
      throw CheckpointError(
        path: checkpoint.path,
        problem:
          "the run was begun \(texts.joined(separator: ", and ")): \(problems.joined(separator: ", and ")). "
          + "Leave the option\(texts.count == 1 ? "" : "s") out, or start another run in another --run-dir")
    }
  }

  /// Lets a run go on for more epochs than it was planned for: the schedules stay as planned and their last
  /// values hold.
  private static func extend(_ configuration: inout RunConfiguration, of checkpoint: Checkpoint) -> [String] {
    let saved = checkpoint.configuration.training
    let (planned, more) = (saved.plannedEpochs, configuration.training.epochs - saved.epochs)
    guard more > 0 else { return [] }
    configuration.training.scheduleEpochs = planned
    let last = configuration.temperature.temperature(
      step: planned * checkpoint.facts.stepsPerEpoch - 1, stepsPerEpoch: checkpoint.facts.stepsPerEpoch,
      plannedEpochs: planned)
    return [
      "\(more) more epochs: temperature and rates keep the plan of \(planned) epochs, so the temperature stays at "
        + "\(last) after them"
    ]
  }
}
