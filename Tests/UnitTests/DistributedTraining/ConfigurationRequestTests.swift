import ConcreteAutoencoder
import ConfigurationYAML
import FeatureSelection
import Foundation
import RunSettings
import RunStore
import Testing

@Suite struct ConfigurationRequestTests {
  let folder: TemporaryDirectory
  let directory: RunDirectory

  init() throws {
    folder = try TemporaryDirectory()
    directory = RunDirectory(path: folder.file("run"))
  }

  private func request(
    recipe: Recipe? = nil, file: String? = nil, resume: Bool = false,
    _ options: @escaping (inout RunConfiguration) -> Void = { _ in }
  ) throws -> ConfigurationRequest.Resolved {
    try ConfigurationRequest(
      recipe: recipe, file: try file.map { try ConfigurationFile(yaml: $0, path: "c.yaml") }, resume: resume
    ) {
      $0.output.runDirectory = directory.path
      options(&$0)
    }.resolve()
  }

  /// Leaves a checkpoint of 40 steps, 10 an epoch, of a run with these settings.
  private func begin(_ change: (inout RunConfiguration) -> Void = { _ in }) throws -> RunConfiguration {
    let run = SmallRun {
      $0.output.runDirectory = directory.path
      $0.training.epochs = 6
      change(&$0)
    }
    try directory.create()
    try directory.checkpoints.save(run.state(step: 40), configuration: run.configuration, facts: run.facts)
    return run.configuration
  }

  /// The problem that a resumed request is refused with.
  private func refusal(
    recipe: Recipe? = nil, file: String? = nil,
    _ options: @escaping (inout RunConfiguration) -> Void = { _ in }
  ) -> String? {
    do {
      _ = try request(recipe: recipe, file: file, resume: true, options)
      return nil
    } catch let error as CheckpointError {
      return error.path == directory.checkpoints.path(step: 40) ? error.problem : "blames \(error.path)"
    } catch { return "not a CheckpointError: \(error)" }
  }

  @Test("options win over the file, the file over the recipe")
  func precedence() throws {
    let file = "temperature-start: 5\nlearning-rate: 0.5\nrecipe: report"
    let resolved = try request(file: file) { $0.optimizer.learningRate = 0.25 }
    #expect(resolved.configuration.recipe == .report)
    #expect(resolved.configuration.training.epochs == 40)
    #expect(resolved.configuration.temperature.start == 5)
    #expect(resolved.configuration.optimizer.learningRate == 0.25)
    #expect(resolved.checkpoint?.step == nil && resolved.notes.isEmpty)
    let named = try request(recipe: .default, file: file)
    #expect(named.configuration.recipe == .default)
    #expect(named.configuration.training.epochs == 30)
    #expect(named.configuration.temperature.start == 5)
    #expect(named.configuration.optimizer.learningRate == 0.5)
  }

  @Test("without anything the default recipe holds")
  func defaults() throws {
    var expected = RunConfiguration()
    expected.output.runDirectory = directory.path
    #expect(try request().configuration == expected)
  }

  @Test("values that cannot be used are refused by name, from wherever they come")
  func invalid() throws {
    #expect(throws: ConfigurationError.self) { try request(file: "k: 0") }
    let error = #expect(throws: ConfigurationError.self) { try request { $0.training.batchSize = 0 } }
    #expect(error?.option == "batch-size")
    _ = try begin()
    #expect(throws: ConfigurationError.self) { try request(resume: true) { $0.output.logEvery = 0 } }
  }

  @Test("a directory that holds a run is not taken without being asked to go on")
  func holdsRun() throws {
    try directory.create()
    _ = try request()
    try "k: 1".write(toFile: directory.configuration, atomically: true, encoding: .utf8)
    let error = #expect(throws: RunDirectoryError.self) { try request() }
    #expect(error?.description.contains(directory.path) == true)
    #expect(error?.description.contains("--resume") == true)
    try FileManager.default.removeItem(atPath: directory.configuration)
    _ = try begin()
    #expect(throws: RunDirectoryError.self) { try request() }
  }

  @Test("going on where there is no checkpoint starts, and says so")
  func resumeStarts() throws {
    for isThere in [false, true] {
      if isThere { try directory.create() }
      let resolved = try request(resume: true) { $0.selector.k = 9 }
      #expect(resolved.checkpoint?.step == nil)
      #expect(resolved.configuration.selector.k == 9)
      #expect(resolved.notes.count == 1 && resolved.notes[0].contains("starting"))
    }
  }

  @Test("going on takes the run's own settings and says from where")
  func resumes() throws {
    let saved = try begin { $0.optimizer.learningRate = 0.123 }
    let resolved = try request(resume: true)
    #expect(resolved.configuration == saved)
    #expect(resolved.checkpoint?.step == 40)
    #expect(resolved.notes.count == 1)
    #expect(resolved.notes[0].contains("step 40"))
    #expect(resolved.notes[0].contains(directory.checkpoints.path(step: 40)))
    // The same values again change nothing.
    #expect(try request(file: "learning-rate: 0.123\nk: 3", resume: true).configuration == saved)
  }

  @Test("a damaged checkpoint is skipped, and the note says which and why")
  func skipsDamaged() throws {
    let run = SmallRun { $0.output.runDirectory = directory.path }
    _ = try begin { $0.training.epochs = run.configuration.training.epochs }
    try directory.checkpoints.save(run.state(step: 50), configuration: run.configuration, facts: run.facts)
    try folder.write([1, 2, 3], as: "run/checkpoints/step-00000050.safetensors")
    let resolved = try request(resume: true)
    #expect(resolved.checkpoint?.step == 40)
    #expect(resolved.warnings[0].contains("step-00000050.safetensors: is cut short: 3 bytes"))
  }

  @Test(
    "a setting that would make it another run is refused by name",
    arguments: Setting.all.filter { $0.role == .identity }.map(\.name))
  func identity(name: String) throws {
    let saved = try begin()
    let setting = try #require(Setting.named(name))
    let value = try #require(SettingTests.values[name])
    let problem = refusal(file: "\(name): \(value)")
    #expect(problem?.contains("--\(name) \(setting.text(in: saved))") == true, "\(problem ?? "accepted")")
    #expect(problem?.contains("not \(value)") == true, "\(problem ?? "accepted")")
    #expect(problem?.contains("another run") == true)
  }

  @Test("all settings that would make it another run are named")
  func identities() throws {
    _ = try begin()
    let problem = refusal {
      $0.selector.k = 2
      $0.training.seed = 5
      $0.training.scheduleEpochs = 4
      $0.output.logEvery = 7
    }
    #expect(
      problem?.contains("with --k 3, not 2, and with --seed 0, not 5, and with --schedule-epochs 6, not 4")
        == true, "\(problem ?? "accepted")")
    #expect(problem?.contains("Leave the options out") == true)
  }

  @Test(
    "a setting that leaves the numbers as they are may change",
    arguments: [
      "data", "share-memory", "checkpoint-every", "report", "snapshot-epochs", "log-every",
      "stall-timeout", "tensorboard", "on-nonfinite",
    ])
  func free(name: String) throws {
    var expected = try begin()
    let value = try #require(SettingTests.values[name])
    let setting = try #require(Setting.named(name))
    #expect(setting.role == .free)
    let resolved = try request(resume: true) { configuration in
      #expect(throws: Never.self) { try setting.set(value, in: &configuration) }
    }
    try setting.set(value, in: &expected)
    #expect(resolved.configuration == expected)
  }

  @Test("every other free setting is known to these tests")
  func freeSettings() {
    let known = [
      "data", "test", "format", "cache", "epochs", "until-converged", "schedule-epochs", "on-nonfinite",
      "compare",
      "share-memory",
      "stall-timeout", "run-dir",
      "checkpoint-every", "report", "snapshot-epochs", "log-every", "tensorboard",
    ]
    #expect(Setting.all.filter { $0.role == .free }.map(\.name) == known)
  }

  @Test("another recipe is refused, the same one is not")
  func recipes() throws {
    _ = try begin { $0.recipe = .report }
    #expect(refusal(recipe: .default)?.contains("--recipe report, not default") == true)
    #expect(refusal(file: "recipe: default")?.contains("--recipe report, not default") == true)
    #expect(try request(recipe: .report, resume: true).configuration.recipe == .report)
  }

  @Test("more epochs keep the schedule, and the note names the temperature they run at")
  func moreEpochs() throws {
    let saved = try begin { $0.temperature.end = 0.03125 }
    let resolved = try request(resume: true) { $0.training.epochs = 9 }
    var expected = saved
    expected.training.epochs = 9
    expected.training.scheduleEpochs = 6
    #expect(resolved.configuration == expected)
    #expect(resolved.notes.contains { $0.contains("3 more epochs") && $0.contains("0.03125") })
    // What was planned holds step for step, and its last values after it.
    let plans = [saved, resolved.configuration].map {
      RunPlan(configuration: $0, trainingRows: 1280, validationRows: 0)
    }
    for step in 0..<60 { #expect(plans[0].control(step: step) == plans[1].control(step: step)) }
    for step in 60..<90 { #expect(plans[1].control(step: step) == plans[0].control(step: 59)) }
  }

  @Test("more epochs once more, after a first time")
  func moreEpochsTwice() throws {
    _ = try begin {
      $0.training.epochs = 9
      $0.training.scheduleEpochs = 6
    }
    let resolved = try request(resume: true) { $0.training.epochs = 12 }
    #expect(resolved.configuration.training.scheduleEpochs == 6)
    #expect(refusal { $0.training.scheduleEpochs = 7 }?.contains("--schedule-epochs 6, not 7") == true)
    for epochs in [8, 5] {
      #expect(
        refusal { $0.training.epochs = epochs }?.contains("begun with --epochs 9, not \(epochs)") == true)
    }
  }

  @Test("fewer epochs are refused")
  func fewerEpochs() throws {
    _ = try begin()
    #expect(refusal { $0.training.epochs = 5 }?.contains("begun with --epochs 6, not 5") == true)
    let both = refusal {
      $0.training.epochs = 5
      $0.training.batchSize = 7
    }
    #expect(both?.contains("not 7, and with --epochs 6, not 5") == true, "\(both ?? "")")
  }

  @Test("a run that was moved goes on where it is now")
  func moved() throws {
    _ = try begin()
    let there = folder.file("elsewhere")
    try FileManager.default.moveItem(atPath: directory.path, toPath: there)
    let resolved = try ConfigurationRequest(recipe: nil, file: nil, resume: true) {
      // The command line's default is no option: the directory is set only for the look-up.
      if $0.output.runDirectory == "run" { $0.output.runDirectory = there }
    }.resolve()
    #expect(resolved.configuration.output.runDirectory == there)
    #expect(resolved.checkpoint?.path == CheckpointStore(directory: "\(there)/checkpoints").path(step: 40))
  }

  @Test("a directory of checkpoints that are all damaged is an error, not a new start")
  func allDamaged() throws {
    _ = try begin()
    try folder.write([], as: "run/checkpoints/step-00000040.safetensors")
    #expect(throws: CheckpointError.self) { try request(resume: true) }
  }
}
