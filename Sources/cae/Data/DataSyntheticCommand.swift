import ArgumentParser
import AtomicFile
import SampleData

/// `cae data synthetic`: stroke-drawn digits in MNIST's shape.
struct DataSyntheticCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthetic",
    abstract: "Make a set of 28x28 stroke-drawn digits in the shape of MNIST.",
    discussion: """
      Needs no network. Writes the four IDX files under MNIST's names. The same seed gives the same bytes on \
      any machine.
      """
        + HelpDetail.examples(
          "cae data synthetic --output data/digits"))

  @Option(help: ArgumentHelp("Directory to write to; made if need be.", valueName: "dir"))
  var output: String

  @Option(parsing: .unconditional, help: "Seed that all images follow from.")
  var seed: UInt64 = 0

  @Option(parsing: .unconditional, help: ArgumentHelp("Images to train on.", valueName: "count"))
  var train = 10_000

  @Option(parsing: .unconditional, help: ArgumentHelp("Held-out images.", valueName: "count"))
  var test = 2_000

  @Flag(help: "Overwrite data that is already there.")
  var force = false

  func validate() throws {
    do { _ = try digits } catch { throw ValidationError("\(error)") }
  }

  private var digits: SyntheticDigits {
    get throws { try SyntheticDigits(seed: seed, trainCount: train, testCount: test) }
  }

  func run() throws {
    let paths = try digits.write(to: output, force: force)
    try StandardOutput.print(
      "made \(train) training and \(test) test images of digits (synthetic, not MNIST), seed \(seed)")
    for path in paths { try StandardOutput.print("  \(path)") }
  }
}
