import Communication
import RunSettings
import Tables

/// Tables that cannot be trained from as they are, read once before all ranks open them.
enum DataStaging {
  /// Stages the data of a run: by rank 0, then, where its cache is not the node's, by the node's first rank; every
  /// rank must call. Standard input, which rank 0 alone has, is then a file of the cache in the configuration. Rank 0 logs how far
  /// it is where that takes long.
  static func run(
    _ configuration: inout RunConfiguration, _ communicator: any Communicator, log: RunLog
  ) throws {
    let options = configuration.placedData.table
    for path in [\DatasetOptions.path, \.test] where configuration.data[keyPath: path] == StandardInput.name {
      let staged = try communicator.agree(phase: "reading standard input") {
        communicator.isRoot ? try StandardInput.stage(options: options) : ""
      }
      configuration.data[keyPath: path] = try communicator.broadcast(staged)
    }
    let (path, test) = (configuration.data.path, configuration.data.test)
    func stage(_ path: String, _ options: TableOptions) throws {
      let progress = StagingProgress(path) { log.notice("\($0)") }
      try TableReaders.stage(path, options: options, progress: communicator.isRoot ? progress : nil)
    }
    func stage() throws {
      if !path.isEmpty { try stage(path, options) }
      if !test.isEmpty { try options.readForModel { try stage(test, $0) } }
    }
    try communicator.agree(phase: "reading the data") { if communicator.isRoot { try stage() } }
    try communicator.agree(phase: "reading the data on each node") {
      if communicator.nodeRank == 0, !communicator.isRoot { try stage() }
    }
  }
}
