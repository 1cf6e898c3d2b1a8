import FeatureSelection

extension StoredRun {
  /// Reads a run, model or checkpoint, and says on standard error what is not as might be expected.
  static func noted(_ source: String) throws -> StoredRun {
    let run = try StoredRun(source)
    for note in run.notes { Failure.printError("cae: note: \(note)") }
    return run
  }
}
