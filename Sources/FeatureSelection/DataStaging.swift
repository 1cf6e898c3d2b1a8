import Communication
import Tables

/// Tables that cannot be trained from as they are, read once before all ranks open them.
enum DataStaging {
  /// Stages the data of a run: by rank 0, then, where its cache is not the node's, by the node's first rank; every
  /// rank must call.
  static func run(_ data: DatasetOptions, _ communicator: any Communicator) throws {
    let paths = [data.path, data.test].filter { !$0.isEmpty }
    func stage() throws { for path in paths { try TableReaders.stage(path, options: data.table) } }
    try communicator.agree(phase: "reading the data") { if communicator.isRoot { try stage() } }
    try communicator.agree(phase: "reading the data on each node") {
      if communicator.nodeRank == 0, !communicator.isRoot { try stage() }
    }
  }
}
