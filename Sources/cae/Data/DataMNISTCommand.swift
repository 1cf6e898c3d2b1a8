import ArgumentParser
import Foundation
import SampleData

/// `cae data mnist`: the real MNIST, verified.
struct DataMNISTCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mnist",
    abstract: "Fetch MNIST, verify and unpack it.",
    discussion: """
      Files that are already there are verified and left alone. A transfer that was cut is resumed by \
      running the command again.
      """
        + HelpDetail.examples(
          "cae data mnist --output data/mnist"))

  @Option(help: ArgumentHelp("Directory to write to; made if need be.", valueName: "dir"))
  var output: String

  @Option(help: ArgumentHelp("Take the files, gzip or not, from here instead of a mirror.", valueName: "dir"))
  var from: String?

  @Option(help: ArgumentHelp("Address of a directory with the .gz files, tried first.", valueName: "url"))
  var mirror: String?

  func validate() throws {
    if from != nil, mirror != nil {
      throw ValidationError("--from and --mirror exclude each other: give one")
    }
    do {
      _ = try mirror.map(MNISTDownload.mirror)
    } catch { throw ValidationError("\(error)") }
  }

  func run() throws {
    let source: MNISTDownload.Source
    if let from {
      source = .directory(from)
    } else {
      source = .mirrors(try [mirror].compactMap(\.self).map(MNISTDownload.mirror) + MNISTDownload.mirrors)
    }
    let download = MNISTDownload(output: output, source: source) { line in
      RunOutput.print(line)
    }
    try download.run()
    RunOutput.exitIfLost()
  }
}
