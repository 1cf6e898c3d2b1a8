import ArgumentParser
import AtomicFile
import Communication
import ConcreteAutoencoder
import Diagnostics
import DistributedTraining
import Foundation
import LinearAlgebra
import RunSettings
import RunStore
import SampleData
import ReportPage
import Tables
import TensorFiles

/// The documented exit codes.
enum ExitStatus: Int32 {
  case done = 0
  case findings = 1
  case usage = 2
  case data = 3
  case checkpoint = 4
  case inputOutput = 5
  case disagreement = 6
  case nonFinite = 7
  case stalled = 8
  case stopped = 75
}

/// How an error ends the program: its exit code, and what is printed.
struct Failure {
  let status: ExitStatus
  private let error: any Error

  init(_ error: any Error) {
    self.error = error
    status =
      switch error {
      case is VectorInstructionsError, is ConfigurationError, is ConfigurationFileError, is RunDirectoryError,
        is OutputFormError:
        .usage
      case SampleDataError.exists: .inputOutput
      case DataError.batchSize, DataError.validationFraction, SampleDataError.sampleCount,
        SampleDataError.badMirror:
        .usage
      case is DataError, is SampleDataError, is TextTableError, is ColumnChoiceError, is MissingColumnsError,
        is StagingError:
        .data
      case let error as ReaderProcessError: error.isInputOutput ? .inputOutput : .data
      case is ClosedOutput: .done
      case is CheckpointError, is SafetensorsError: .checkpoint
      case is FileError, is PNGError, is MPIError, is SystemThread.Refusal, is AddressSpaceError: .inputOutput
      case CommunicationError.fileSizeLimit: .inputOutput
      case is CommunicationError: .usage
      case is DisagreementError, is WorldCheckError: .disagreement
      case TrainingFailure.nonFinite: .nonFinite
      case TrainingFailure.desynchronized, TrainingFailure.corrupted, TrainingFailure.wrongGradient:
        .disagreement
      default: .inputOutput
      }
  }

  /// Ends a process that is not, or no longer, one of several ranks. Errors of the command line, help and
  /// version are the argument parser's; rank 0 alone prints.
  func exit(asRoot isRoot: Bool) -> Never {
    let parserCode = CommandLineProgram.exitCode(for: error)
    if parserCode == .success || isParserError {
      guard isRoot else { Self.leaveQuietly(parserCode == .success ? .done : .usage) }
      if parserCode == .success { Self.printHelp(CommandLineProgram.fullMessage(for: error)) }
      Messages.print(.error, parserMessage)
      Foundation.exit(ExitStatus.usage.rawValue)
    }
    guard isRoot, !(error is ClosedOutput) else { Self.leaveQuietly(status) }
    Messages.print(.error, "\(error)")
    Self.waitForLauncher()
    Foundation.exit(status.rawValue)
  }

  /// Lets a launcher read what was said: MPICH's ends all that it has started before it passes their last lines on.
  private static func waitForLauncher() {
    if LaunchEnvironment(ProcessInfo.processInfo.environment).launcher != nil {
      Thread.sleep(forTimeInterval: 0.1)
    }
  }

  /// The argument parser's message without what it begins with.
  private var parserMessage: String {
    // The parser looks for names of several letters alone that may have been meant.
    var text = CommandLineProgram.fullMessage(for: error)
      .replacingOccurrences(of: "Unknown option '-K'", with: "Unknown option '-K'. Did you mean '-k'?")
    let first = CommandLine.arguments.dropFirst().first
    if let word = text.firstMatch(of: /Unexpected argument '([^']+)'/)?.output.1.description,
      first == TrainCommand._commandName || first == word, FileManager.default.fileExists(atPath: word)
    {
      let meant = first == word ? "cae train --data \(word)" : "--data \(word)"
      text.replace(
        "Unexpected argument '\(word)'", with: "Unexpected argument '\(word)'. Did you mean '\(meant)'?")
    }
    return text.hasPrefix("Error: ") ? String(text.dropFirst("Error: ".count)) : text
  }

  private var isParserError: Bool {
    CommandLineProgram.exitCode(for: error) == .validationFailure
  }

  /// Held by the worker that ends the process: what one finds others may find at the same time.
  private static let ending = NSLock()

  /// Ends all ranks after an error inside the communicator's life; the rank that has something to say says it.
  func abort(_ communicator: any Communicator) -> Never {
    let isShared = error is DisagreementError || (error as? TrainingFailure)?.isEveryRanks == true
    if error is PeerFailure || isShared && !communicator.isRoot {
      // The failing rank prints and ends everybody, and must not be kept from it; this is for the case that it cannot.
      Thread.sleep(forTimeInterval: 10)
    }
    Self.ending.lock()
    if error is ClosedOutput {
      try? communicator.finalize()
      Foundation.exit(status.rawValue)
    } else if !(error is PeerFailure) {
      // Workers of one process have one machine, and what one finds all would find.
      let isOneProcess = communicator.size == 1 || communicator is ThreadedCommunicator
      let place = isOneProcess ? "" : "rank \(communicator.rank) on \(communicator.hostName): "
      if !isShared || communicator.isRoot { Messages.print(.error, "\(place)\(error)") }
      Self.waitForLauncher()
    }
    communicator.abort(code: status.rawValue)
  }

  /// Leaves after rank 0 has had the time to print: mpirun ends all ranks as soon as one fails.
  private static func leaveQuietly(_ status: ExitStatus) -> Never {
    if status != .done { Thread.sleep(forTimeInterval: 1) }
    Foundation.exit(status.rawValue)
  }

  /// Prints what was asked for in place of a command: help, the version, completions.
  private static func printHelp(_ text: String) -> Never {
    do {
      if !text.isEmpty { try StandardOutput.print(text) }
    } catch {
      Failure(error).exit(asRoot: true)
    }
    Foundation.exit(ExitStatus.done.rawValue)
  }

  /// Writes a line to standard error, if somebody reads it.
  static func printError(_ text: String) { StandardStreams.printError(text) }
}
