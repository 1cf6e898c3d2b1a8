import FeatureSelection

extension StoredRun {
  /// Reads a run, model or checkpoint, and says on standard error if it is not the one that might be expected.
  static func noted(_ source: String) throws -> StoredRun {
    let run = try StoredRun(source)
    if let note = run.note { Failure.printError("cae: note: \(note)") }
    return run
  }
}
