import Foundation

/// A program that tests run, and what they run it with.
public struct Program: Sendable {
  /// Its file.
  public let path: String

  /// The `cae` that was built with the tests: it lies beside the running test bundle.
  ///
  /// Throws `ProcessSupportError` if it has not been built.
  public static func cae() throws -> Program {
    // What runs the tests is the test bundle or lies in it, and the bundle is in the products directory.
    let running = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    var candidates = [Bundle.main.bundleURL, running]
    candidates += CommandLine.arguments.prefix(1).map { URL(fileURLWithPath: $0) }
    for candidate in candidates {
      for level in [candidate.deletingLastPathComponent(), candidate] {
        let file = level.appendingPathComponent("cae").path
        if isProgram(file) { return Program(path: file) }
      }
    }
    throw ProcessSupportError(
      "the program cae is not beside the tests (\(running.path)); build it with `swift build --build-tests`")
  }

  /// A program in one of PATH's directories; nil where there is none.
  public static func named(_ name: String) -> Program? {
    let directories = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return directories.map { "\($0)/\(name)" }.first(where: isProgram).map { Program(path: $0) }
  }

  private static func isProgram(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
      && FileManager.default.isExecutableFile(atPath: path)
  }

  /// The variables that programs need, without those that would change what `cae` does; one thread and one worker, however
  /// many cores there are.
  public static var plainEnvironment: [String: String] {
    let kept = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "LANG"]
    return ProcessInfo.processInfo.environment.filter { kept.contains($0.key) }
      .merging(["OPENBLAS_NUM_THREADS": "1"]) { $1 }
  }

  /// Starts it.
  public func start(
    _ arguments: [String], environment: [String: String] = plainEnvironment, directory: String
  ) throws -> ChildProcess {
    try ChildProcess(path, arguments, environment: environment, directory: directory)
  }

  /// Starts it and waits for its end, `timeout` seconds at the most.
  public func run(
    _ arguments: [String], environment: [String: String] = plainEnvironment, directory: String,
    timeout: Double = 60
  ) throws -> ProcessResult {
    try start(arguments, environment: environment, directory: directory).result(timeout: timeout)
  }
}
