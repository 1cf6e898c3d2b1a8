import ArgumentParser
import RunSettings

/// Where data come from and results go.
struct RunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Directory of the dataset: MNIST's four IDX files, gzipped or not. (default: $MNIST_DIR, else data/mnist)",
      valueName: "dir"))
  var data: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Share of the training rows set aside for validation. (default: 0.1)", valueName: "fraction"))
  var validationFraction: Double?

  @Option(
    help: ArgumentHelp("Directory of the run's files; made if need be. (default: run)", valueName: "dir"))
  var runDir: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Steps between checkpoints; 0: at the end of every epoch. (default: 0)", valueName: "steps"))
  var checkpointEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Epochs after which pictures are made, beside before and after training; none: no pictures. (default: 5)",
      valueName: "epochs"))
  var snapshotEpochs: IntegerList?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Steps between lines of metrics. (default: 100)", valueName: "steps"))
  var logEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "OpenBLAS threads a rank; 0: chosen from cores and ranks. (default: 0)", valueName: "count"))
  var threads: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Seconds without progress after which a rank ends the job (code 8); 0: never. (default: 120)",
      valueName: "seconds"))
  var stallTimeout: Double?

  @Option(
    help: """
      How the ranks' gradients are added up: fast, or exact, which gives the same bits on any number of ranks. \
      (default: fast)
      """)
  var reduction: ReductionMode?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Chunks of a batch with --reduction exact; more ranks than chunks are idle; 0: by its size. (default: 0)",
      valueName: "count"))
  var chunks: Int?

  @Flag(
    inversion: .prefixedNo, help: "Let ranks of a node share one copy of the training state. (default: yes)")
  var shareMemory: Bool?

  func apply(to configuration: inout RunConfiguration) {
    set(&configuration.data.directory, data)
    set(&configuration.data.validationFraction, validationFraction)
    set(&configuration.output.runDirectory, runDir)
    set(&configuration.output.checkpointEvery, checkpointEvery)
    set(&configuration.output.snapshotEpochs, snapshotEpochs?.values)
    set(&configuration.output.logEvery, logEvery)
    set(&configuration.training.threads, threads)
    set(&configuration.training.shareMemory, shareMemory)
    set(&configuration.training.reductionMode, reduction)
    set(&configuration.training.chunks, chunks)
    set(&configuration.output.stallTimeout, stallTimeout)
  }
}
