import Foundation

extension SelectionComparison {
  /// What to say where linear regression on the selection rebuilds held-out rows better than the decoder does, by more than
  /// two standard errors: as a rule there are too few rows for the decoder's size. Nil where it does not.
  package func decoderDoubt(_ errors: [SelectionResult.PartError], hidden: [Int]) -> String? {
    guard !hidden.isEmpty, let result = entries.first, result.name == "result",
      let error = errors.last(where: { $0.part == part }), error.rows >= SelectionResult.PartError.fewRows,
      let decoder = error.metrics.first(where: { $0.name == "mse" })?.value,
      decoder - result.error > 2 * (error.standardError ?? .infinity)
    else { return nil }
    return
      "linear regression on the same features does better than the decoder, \(Self.short(result.error)) instead of "
      + "\(Self.short(decoder)): too few rows for its size; try --hidden none, or --dropout 0.5"
  }

  private static func short(_ value: Double) -> String { String(format: "%.4g", value) }
}
