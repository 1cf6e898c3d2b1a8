import ArgumentParser

/// `cae data`: what makes or fetches a data set.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Fetch or make a dataset.",
    subcommands: [DataMNISTCommand.self, DataSyntheticCommand.self])
}
