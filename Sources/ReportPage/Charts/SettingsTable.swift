import RunSettings

/// The settings, those first that are not the default.
struct SettingsTable: ReportChart {
  let section = ReportSection.settings

  func figure(_ run: RunReport) -> Figure? {
    let changed = Self.changed(run)
    let names = Set(changed.map(\.name))
    func table(_ settings: [Setting]) -> DataTable {
      DataTable(
        ["setting", "value", "default", "what it is"],
        rows: settings.map {
          let usual = $0.text(in: RunConfiguration())
          return [$0.name, shown($0.text(in: run.configuration)), shown(usual), $0.summary]
        })
    }
    return Figure(
      title: "Settings",
      note: "\(changed.count) of \(Setting.all.count) are not the default; the others are below.", span: .all,
      body: table(changed).markup(class: "settings"),
      table: table(Setting.all.filter { !names.contains($0.name) }), tableTitle: "The others")
  }

  /// The settings that are not what the recipe says, and would not be chosen by themselves for these data.
  static func changed(_ run: RunReport) -> [Setting] {
    let usual = run.configuration.recipe.configuration
    var fixed = usual
    fixed.fixAutomatic(
      featureCount: run.data.schema.featureCount,
      trainingRows: run.placement?.trainingRows ?? run.data.trainingRows ?? 0)
    return Setting.all.filter { setting in
      let text = setting.text(in: run.configuration)
      if setting.name == "recipe" { return run.configuration.recipe != .default }
      return text != setting.text(in: usual) && text != setting.text(in: fixed)
    }
  }

  private func shown(_ text: String) -> String { text.isEmpty ? "–" : text }
}
