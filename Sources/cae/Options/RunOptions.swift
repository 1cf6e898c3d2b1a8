import ArgumentParser
import ConfigurationYAML
import FeatureSelection
import RunSettings
import RunStore

enum StartSettings: SettingGroup { static let group = Setting.Group.start }
enum DataSettings: SettingGroup { static let group = Setting.Group.data }
enum ModelSettings: SettingGroup { static let group = Setting.Group.model }
enum TrainingSettings: SettingGroup { static let group = Setting.Group.training }
enum RefinementSettings: SettingGroup { static let group = Setting.Group.refinement }
enum TemperatureSettings: SettingGroup { static let group = Setting.Group.temperature }
enum RankSettings: SettingGroup { static let group = Setting.Group.ranks }
enum OutputSettings: SettingGroup { static let group = Setting.Group.output }

/// Every setting of a run, by group.
struct RunOptions: ParsableArguments {
  @OptionGroup(title: DataSettings.group.rawValue) var data: SettingOptions<DataSettings>
  @OptionGroup(title: ModelSettings.group.rawValue) var model: SettingOptions<ModelSettings>
  @OptionGroup(title: TrainingSettings.group.rawValue) var training: SettingOptions<TrainingSettings>
  @OptionGroup(title: RefinementSettings.group.rawValue) var refinement: SettingOptions<RefinementSettings>
  @OptionGroup(title: TemperatureSettings.group.rawValue) var temperature: SettingOptions<TemperatureSettings>
  @OptionGroup(title: RankSettings.group.rawValue) var ranks: SettingOptions<RankSettings>
  @OptionGroup(title: OutputSettings.group.rawValue) var output: SettingOptions<OutputSettings>
  @OptionGroup var start: SettingOptions<StartSettings>

  /// The recipe that was given.
  var recipe: Recipe? { start.text(of: "recipe").flatMap(Recipe.init) }

  /// What was asked for by these options and a file; `defaults` come before both.
  func request(
    file: String?, resume: Bool, defaults: @escaping (inout RunConfiguration) -> Void = { _ in }
  ) throws -> ConfigurationRequest {
    let file = try file.map { try ConfigurationFile(yamlAt: $0) }
    return ConfigurationRequest(recipe: recipe, file: file, resume: resume) { configuration in
      if configuration.data.path.isEmpty { configuration.data.path = DataLocation.found() ?? "" }
      defaults(&configuration)
      try file?.apply(to: &configuration)
      try apply(to: &configuration)
    }
  }

  /// What these options and a file ask for, or a run that goes on was begun with, as far as it can be read; what cannot is
  /// told when the run reads it.
  func outline(file: String?, resume: Bool) -> RunConfiguration {
    var asked = RunConfiguration()
    try? file.map { try ConfigurationFile(yamlAt: $0) }?.apply(to: &asked)
    try? output.apply(to: &asked)
    var configuration = RunConfiguration()
    if resume {
      let begun = RunDirectory(path: asked.output.runDirectory).configuration
      try? ConfigurationFile(path: begun).apply(to: &configuration)
    }
    try? file.map { try ConfigurationFile(yamlAt: $0) }?.apply(to: &configuration)
    try? data.apply(to: &configuration)
    try? ranks.apply(to: &configuration)
    return configuration
  }

  /// Every setting as a file to be edited, with what these options and a file give. Throws what reading them throws.
  func template(file: String?) throws -> String {
    let file = try file.map { try ConfigurationFile(yamlAt: $0) }
    var configuration = RunConfiguration()
    if let recipe = try file?.recipe() { configuration.recipe = recipe }
    try file?.apply(to: &configuration)
    try apply(to: &configuration)
    let options = [
      start.given, data.given, model.given, training.given, refinement.given, temperature.given, ranks.given,
      output.given,
    ].reduce(into: Set<String>()) { $0.formUnion($1) }
    return ConfigurationFile.template(
      configuration, given: options.union(file?.entries.map(\.setting.name) ?? []))
  }

  /// Puts what was given into a configuration.
  func apply(to configuration: inout RunConfiguration) throws {
    try start.apply(to: &configuration)
    try data.apply(to: &configuration)
    try model.apply(to: &configuration)
    try training.apply(to: &configuration)
    try refinement.apply(to: &configuration)
    try temperature.apply(to: &configuration)
    try ranks.apply(to: &configuration)
    try output.apply(to: &configuration)
  }
}
