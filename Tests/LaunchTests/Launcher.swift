import Foundation
import ProcessSupport
import Testing

/// Starts the built `cae` as one process, or as several ranks under the real mpirun.
enum Launcher {
  /// mpirun, or what `CAE_TEST_MPIRUN` names, where it is installed.
  static let mpirun = Program.named(ProcessInfo.processInfo.environment["CAE_TEST_MPIRUN"] ?? "mpirun")

  /// Whether mpirun is MPICH's, which is called Hydra.
  static let isMPICH = {
    let said = try? mpirun?.run(["--version"], environment: environment, directory: "/")
    return said?.output.contains("HYDRA") ?? false
  }()

  /// The directory of the real MNIST, where `MNIST_DIR` names it.
  static let mnist = ProcessInfo.processInfo.environment["MNIST_DIR"].flatMap { $0.isEmpty ? nil : $0 }

  /// Ranks that wait let others compute: there may be fewer cores than ranks.
  static var environment: [String: String] {
    Program.plainEnvironment.merging([
      "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    ]) { $1 }
  }

  /// Options of mpirun for any number of ranks on this machine.
  static let anywhere = isMPICH ? [] : ["--oversubscribe", "--mca", "mpi_yield_when_idle", "1"]

  /// The options of mpirun that set a variable of every rank.
  static func setting(_ name: String, _ value: String) -> [String] {
    isMPICH ? ["-genv", name, value] : ["-x", "\(name)=\(value)"]
  }

  /// How mpirun ends that was told to end: MPICH's passes the signal on, and waits for ranks that save.
  static let endingWhenToldToEnd = ProcessResult.Ending.exited(isMPICH ? 75 : 1)

  /// Whether mpirun ended with the code of the rank that failed or stopped: MPICH's loses that of a stop now and then, saved
  /// (75) or not (5).
  static func ended(_ result: ProcessResult, withCodeOfRank code: Int32) -> Bool {
    result.ending == .exited(code) || isMPICH && [75, 5].contains(code) && result.ending == .exited(0)
  }

  /// How mpirun ends when a signal has killed a rank.
  static func ending(afterDeathBy signal: Int32) -> ProcessResult.Ending {
    .exited(isMPICH ? signal : 128 + signal)
  }

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
