import DistributedTraining
import ConcreteAutoencoder
import RunSettings
import Testing

/// Holds the list of settings and `RunConfiguration` together.
@Suite struct SettingTests {
  /// A value for every setting that is not its default, as text.
  static let values: [String: String] = [
    "recipe": "report", "task": "classify", "data": "/some/dir: with # signs", "validation-fraction": "0.25",
    "k": "7", "hard": "true", "logits-dropout": "0.125", "gjs-weight": "1e-300",
    "noise-groups": "4",
    "initial-logits": "glorot", "hidden": "300,20,1", "dropout": "0.3333333333333333",
    "layer-norm": "true", "learning-rate": "0.1", "selector-learning-rate": "5e-324", "decay": "none",
    "decay-to": "1.0", "warm-start": "features.csv", "temperature-start": "9007199254740992.0",
    "temperature-end": "0.001",
    "anneal": "linear", "anneal-per": "epoch", "warmup-epochs": "3", "stop-anneal": "5", "epochs": "41",
    "schedule-epochs": "40", "batch-size": "97", "seed": "18446744073709551615",
    "share-memory": "false", "micro-batches": "9",
    "run-dir": "yes", "checkpoint-every": "11", "snapshot-epochs": "none", "log-every": "13",
    "stall-timeout": "0.5", "test": "/other", "format": "npy", "label": "class", "id": "row",
    "include": "MT-*",
    "exclude": "a,b", "text-columns": "drop", "separator": "tab", "header": "no", "decimal": "comma",
    "missing-codes": "-999,not known",
    "cache": "/tmp/cache", "search": "candidates", "search-share": "0.1", "keep": "a,b*", "never": "c",
    "distinct": "false", "refit": "false", "refit-share": "0.2", "compare": "false", "scale": "standard",
    "missing": "mean", "test-fraction": "0.2", "row-draw": "half", "on-nonfinite": "skip",
    "min-distance": "2.5", "report": "false",
    "names": "names.txt", "names-from": "feature_name", "transpose": "true", "split": "part",
    "group": "subject", "tensorboard": "true",
    "one-of": "groups.csv", "costs": "costs.csv", "budget": "12.5",
    "until-converged": "true",
    "weight": "share", "parametrization": "indirect", "indirect-size": "16",
  ]

  static func changed() throws -> RunConfiguration {
    var configuration = RunConfiguration()
    for setting in Setting.all {
      try setting.set(#require(values[setting.name], "\(setting.name)"), in: &configuration)
    }
    return configuration
  }

  @Test("every setting has a value here that is not its default")
  func valuesAreComplete() throws {
    #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
    #expect(Set(Self.values.keys) == Set(Setting.all.map(\.name)))
    let changed = try Self.changed()
    for setting in Setting.all {
      #expect(setting.text(in: changed) != setting.text(in: RunConfiguration()), "\(setting.name)")
    }
  }

  @Test("every setting comes back from its own text", arguments: Setting.all.map(\.name))
  func settingText(name: String) throws {
    let setting = try #require(Setting.named(name))
    let changed = try Self.changed()
    var copy = RunConfiguration()
    try setting.set(setting.text(in: changed), in: &copy)
    #expect(setting.text(in: copy) == setting.text(in: changed))
    // And it changes nothing else.
    for other in Setting.all where other.name != name {
      #expect(other.text(in: copy) == other.text(in: RunConfiguration()), "\(other.name)")
    }
  }

  /// The values of all stored properties, by path, into structures down to what a setting can be.
  private func leaves(_ value: Any, _ path: String = "") -> [String: String] {
    if let value = value as? any SettingValue { return [path: value.settingText] }
    return Mirror(reflecting: value).children.reduce(into: [:]) { all, child in
      all.merge(leaves(child.value, "\(path).\(child.label ?? "")")) { one, _ in one }
    }
  }

  @Test("every stored property of a configuration is a setting")
  func everyPropertyIsASetting() throws {
    // Whether columns may be missing is the command's to say, not the user's.
    let inner = ["isLabelOptional", "isDivisionOptional"].map { ".data.table.columns.\($0)" }
    let before = leaves(RunConfiguration()).filter { !inner.contains($0.key) }
    let after = leaves(try Self.changed())
    #expect(before.count == Setting.all.count)
    for (path, text) in before { #expect(after[path] != text, "no setting changes \(path)") }
  }

  @Test("help shows the defaults of RunConfiguration", arguments: Setting.all.map(\.name))
  func helpDefaults(name: String) throws {
    let setting = try #require(Setting.named(name))
    var configuration = try Self.changed()
    let text = setting.help().firstMatch(of: /\(default: (.+?)\)/).map { String($0.1) } ?? ""
    // What stands for an empty text is found elsewhere.
    let isEmpty = setting.text(in: RunConfiguration()).isEmpty
    try setting.set(isEmpty ? "" : text, in: &configuration)
    #expect(!text.isEmpty || isEmpty)
    #expect(setting.text(in: configuration) == setting.text(in: RunConfiguration()), "\(text)")
    #expect(setting.summary.hasSuffix(".") && !setting.summary.contains("default"))
  }

  @Test("a setting accepts what it is set to, and help names all there is to choose from")
  func forms() throws {
    for setting in Setting.all {
      #expect(try setting.accepts(#require(Self.values[setting.name])), "\(setting.name)")
      if ![.text, .texts].contains(setting.form) { #expect(!setting.accepts("~"), "\(setting.name)") }
      guard case .choice(let values) = setting.form else { continue }
      #expect(setting.help().hasSuffix("(values: \(values.joined(separator: ", ")))"))
    }
  }
}
