import Communication
import FeatureSelection
import RunSettings

extension EvaluateCommand {
  /// Prints what the list is worth; every rank works.
  func evaluate(_ list: String, _ communicator: any Communicator) throws {
    var configuration = RunConfiguration()
    configuration.data.path = DataLocation.found() ?? ""
    try place.apply(to: &configuration)
    try fitting.apply(to: &configuration)
    try configuration.validate()
    let result = try ListComparison(
      configuration, list: list, trainsDecoders: refit, findsPath: false,
      programVersion: CommandLineProgram.version, communicator: communicator,
      log: Messages.log)
    if communicator.isRoot {
      let report = ListReport(list, result)
      try json.print(report, text: report.text)
    }
    try communicator.finalize()
  }

  /// What is printed of a list.
  private struct ListReport: Encodable {
    let list: String
    let k: Int
    let features: [String]
    let data: String
    let hash: String
    let part: String
    let rows: Int
    let linearError: Double?
    let decoderError: Double?
    let comparison: SelectionComparison

    init(_ list: String, _ result: ListComparison) {
      comparison = result.comparison
      let entry = comparison.entries.first
      let features = entry?.features ?? []
      self.list = list
      k = features.count
      self.features = features.map { result.names?[$0] ?? "\($0)" }
      (data, hash, part, rows) = (result.dataPath, result.dataHash, comparison.part, comparison.rows)
      (linearError, decoderError) = (entry?.error, entry?.decoderError)
    }

    /// The same for people: the list's own line is the first of the comparison.
    var text: String {
      let facts = [["list", "\(list): \(k) features"], ["data", data]]
      return [ResultTables.text(facts), ResultTables.comparison(comparison)].joined(separator: "\n\n")
    }

    enum CodingKeys: String, CodingKey {
      case list, k, features, data, part, rows, comparison
      case hash = "data_sha256"
      case linearError = "linear_error"
      case decoderError = "decoder_error"
    }
  }
}
