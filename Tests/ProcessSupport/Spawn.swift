import Foundation
import Synchronization

/// `posix_spawn` with the few things a test wants.
enum Spawn {
  /// One start at a time: between making a pipe and marking it as not to be inherited, another start would
  /// pass it on.
  static let lock = Mutex(())

  /// Starts a program in a group of its own, with default signals and nothing to read.
  static func start(
    _ executable: String, _ arguments: [String], environment: [String: String], directory: String,
    output: Int32, errorOutput: Int32
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errorOutput, 2)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t(), none = sigset_t()
    sigfillset(&all)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    var identifier: pid_t = 0
    // Swift does not see posix_spawn's own way to change the directory, which is no part of POSIX yet.
    let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory, executable]
    let code = withCStrings(shell + arguments) { arguments in
      withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
        posix_spawn(&identifier, shell[0], &actions, &attributes, arguments, variables)
      }
    }
    guard code == 0 else { throw ProcessSupportError("start \(executable) in \(directory)", code) }
    return identifier
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return body(copies)
  }
}
