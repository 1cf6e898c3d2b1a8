import Foundation
import RunSettings
import RunStore
import SelectionReport
import Tables

/// A run, model or checkpoint that was written, to be used: its model, and of a run its settings and its result.
package struct StoredRun {
  /// As it was given.
  package let source: String
  /// The file that the model was read from.
  package let modelPath: String
  /// The model.
  package let bundle: ModelBundle
  /// The run's files.
  package let directory: RunDirectory

  /// What to know of what was read and left out.
  package var notes: [String] {
    let isLeftOut =
      FileManager.default.fileExists(atPath: directory.result) && StoredResult.read(directory.result) == nil
    return [modelNote, isLeftOut ? "\(directory.result) cannot be read, and is left out" : nil].compactMap {
      $0
    }
  }

  /// What to know of the model that was read; nil where it is the one that might be expected.
  private var modelNote: String? {
    guard modelPath != source, modelPath != directory.model,
      FileManager.default.fileExists(atPath: directory.model)
    else { return nil }
    return
      "\(source) has gone on since \(directory.model) was written, and has not ended: this is of \(modelPath)"
  }

  /// Reads the model. Throws `CheckpointError` and `SafetensorsError`.
  package init(_ source: String) throws {
    self.source = source
    directory = RunDirectory(path: source)
    modelPath = try ModelBundle.find(source)
    bundle = try ModelBundle(path: modelPath)
  }

  /// The settings: those of the run directory, else those that the model keeps. Throws what reading them throws.
  package func configuration() throws -> RunConfiguration {
    guard FileManager.default.fileExists(atPath: directory.configuration) else {
      return try bundle.configuration()
    }
    return try ConfigurationFile(path: directory.configuration).wholeConfiguration()
  }

  /// What the run came to; nil without a result, or with one of another selection.
  package var result: StoredResult? {
    guard let found = StoredResult.read(directory.result),
      found.selection.map(\.feature) == bundle.selection.features
    else { return nil }
    return found
  }

  /// The selected features, with reasons where the run's result has them.
  package var selection: Selection {
    var selection = Selection(bundle.selection, of: bundle.data.schema)
    for (place, reason) in (result?.selection ?? []).enumerated() {
      selection.features[place].takeReasons(of: reason)
    }
    selection.linearError = result?.linearError
    selection.computedOn = .init(
      data: (try? configuration().data.path).flatMap { $0.isEmpty ? nil : $0 }, hash: bundle.data.contentHash,
      rows: bundle.data.trainingRows, part: "training")
    return selection
  }

  /// How another table is read for the selected features: as `given` says, with the run's identifiers if it has them, and with
  /// the run's codes for missing values where none are given.
  ///
  /// - Parameter standAlone: whether a table without names may hold the selected features alone.
  package func options(
    _ given: TableOptions, features: [Int]? = nil, standAlone: Bool
  ) throws -> TableOptions {
    var wanted = WantedColumns(
      features ?? bundle.selection.features, of: bundle.data.schema, standAlone: standAlone)
    var options = given
    if given.columns.id.isEmpty {
      options.columns.id = try configuration().data.table.columns.id
      wanted.isIDOptional = true
    }
    if given.text.missingCodes.texts.isEmpty {
      options.text.missingCodes = (try? configuration().data.table.text.missingCodes) ?? MissingCodes()
    }
    options.columns.wanted = wanted
    return options
  }
}
