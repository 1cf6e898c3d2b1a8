import ArgumentParser

/// `cae data`: what converts, makes or fetches a data set.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Convert, fetch or make a dataset.",
    discussion: "Training reads tables by itself; these are for what comes before it."
      + HelpDetail.examples(
        "cae data convert proteins.csv proteins.npy", "cae data mnist --output data/mnist",
        "cae data synthetic --output data/digits"),
    subcommands: [DataConvertCommand.self, DataMNISTCommand.self, DataSyntheticCommand.self])
}
