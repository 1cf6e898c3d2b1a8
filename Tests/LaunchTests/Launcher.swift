import Foundation
import ProcessSupport
import Testing

/// Starts the built `cae` as one process, or as several ranks under the real mpirun.
enum Launcher {
  /// mpirun, where it is installed.
  static let mpirun = Program.named("mpirun")

  /// The directory of the real MNIST, where `MNIST_DIR` names it.
  static let mnist = ProcessInfo.processInfo.environment["MNIST_DIR"].flatMap { $0.isEmpty ? nil : $0 }

  /// Ranks that wait let others compute: there may be fewer cores than ranks.
  static var environment: [String: String] {
    Program.plainEnvironment.merging([
      "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    ]) { $1 }
  }

  /// Options of mpirun for any number of ranks on this machine.
  static let anywhere = ["--oversubscribe", "--mca", "mpi_yield_when_idle", "1"]

  /// Starts mpirun with `launch`, its own options and what it is to run.
  static func start(mpirun launch: [String], in directory: String) throws -> ChildProcess {
    let mpirun = try #require(Self.mpirun, "mpirun is not installed")
    return try mpirun.start(launch, environment: environment, directory: directory)
  }

  /// Starts `cae` with `arguments` as `ranks` ranks; as a plain process without mpirun for nil.
  static func start(
    ranks: Int?, binding: [String] = [], _ arguments: [String], in directory: String
  ) throws -> ChildProcess {
    let cae = try Program.cae()
    guard let ranks else { return try cae.start(arguments, environment: environment, directory: directory) }
    return try start(
      mpirun: ["-n", "\(ranks)"] + anywhere + binding + [cae.path] + arguments, in: directory)
  }

  /// Starts `cae` and waits for its end.
  static func run(
    ranks: Int?, binding: [String] = [], _ arguments: [String], in directory: String, timeout: Double = 120
  ) throws -> ProcessResult {
    try start(ranks: ranks, binding: binding, arguments, in: directory).result(timeout: timeout)
  }
}
