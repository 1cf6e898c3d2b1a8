import ArgumentParser

/// `cae data`: what converts, makes or fetches a data set.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Convert, fetch or make a dataset.",
    subcommands: [DataConvertCommand.self, DataMNISTCommand.self, DataSyntheticCommand.self])
}
