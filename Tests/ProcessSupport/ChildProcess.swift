import Dispatch
import Foundation
import Synchronization

/// A running program with a process group of its own and both streams captured while it runs.
public final class ChildProcess: Sendable {
  /// Its process identifier, which is also its group's.
  public let identifier: pid_t

  private let started = DispatchTime.now()
  private let outputs: [PipeReader]
  private let hasEnded = DispatchGroup()
  private let end = Mutex<(status: Int32, seconds: Double)?>(nil)

  /// How long a pipe may stay open after the program's end, in the hands of a process that it left behind.
  private static let graceForPipes = 5.0

  /// Starts `executable` in `directory` with exactly this environment and no input.
  ///
  /// Throws `ProcessSupportError` if that does not succeed.
  public init(
    _ executable: String, _ arguments: [String], environment: [String: String], directory: String
  ) throws {
    let (identifier, output, errorOutput) = try Spawn.lock.withLock { _ in
      let output = try PipeEnds(), errorOutput = try PipeEnds()
      defer {
        close(output.writing)
        close(errorOutput.writing)
      }
      let identifier = try Spawn.start(
        executable, arguments, environment: environment, directory: directory, output: output.writing,
        errorOutput: errorOutput.writing)
      return (identifier, output.reading, errorOutput.reading)
    }
    self.identifier = identifier
    outputs = [PipeReader(output), PipeReader(errorOutput)]
    hasEnded.enter()
    let reaper = Thread { [self] in waitForEnd() }
    reaper.start()
  }

  /// Waits for the end and kills what is left of the group before the identifier can be given away.
  private func waitForEnd() {
    var information = siginfo_t()
    while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - started.uptimeNanoseconds) * 1e-9
    kill(-identifier, SIGKILL)
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
    end.withLock { $0 = (status, seconds) }
    hasEnded.leave()
  }

  /// Whether it has not ended yet.
  public var isRunning: Bool { end.withLock { $0 == nil } }

  /// What it has written to standard output so far.
  public var outputSoFar: String { outputs[0].text }

  /// Sends it, and not its group, a signal; does nothing after its end.
  public func send(_ signal: Int32) {
    // Under the lock its end cannot be noted, so the identifier is still its own.
    end.withLock { if $0 == nil { kill(identifier, signal) } }
  }

  /// Waits for its end; after `timeout` seconds kills it and all of its group.
  public func result(timeout: Double) -> ProcessResult {
    let inTime = hasEnded.wait(timeout: .now() + timeout) == .success
    if !inTime {
      end.withLock { if $0 == nil { kill(-identifier, SIGKILL) } }
      hasEnded.wait()
    }
    for output in outputs { output.waitForEnd(timeout: Self.graceForPipes) }
    let (status, seconds) = end.withLock { $0! }
    return ProcessResult(
      ending: inTime ? Self.ending(status) : .timedOut(seconds: timeout), output: outputs[0].text,
      errorOutput: outputs[1].text, seconds: seconds)
  }

  private static func ending(_ status: Int32) -> ProcessResult.Ending {
    let signal = status & 0x7f
    return signal == 0 ? .exited((status >> 8) & 0xff) : .signaled(signal)
  }
}
