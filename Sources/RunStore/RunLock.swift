import AtomicFile
import Foundation

/// Keeps two jobs out of one run directory: an advisory lock that the system drops when its process ends.
package final class RunLock {
  private let descriptor: Int32

  /// Takes the lock of a run directory and removes what killed saves left there; throws `RunDirectoryError` naming the holder if it is taken.
  package init(_ directory: RunDirectory) throws {
    let path = "\(directory.path)/lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw FileError("open", path: path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let holder = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      close(descriptor)
      throw RunDirectoryError(
        "\(directory.path) is in use by another job (\(holder)); wait for it or choose another --run-dir")
    }
    let holder = "host \(ProcessInfo.processInfo.hostName), process \(getpid())"
    ftruncate(descriptor, 0)
    _ = holder.withCString { write(descriptor, $0, strlen($0)) }
    for place in [directory.path, directory.checkpoints.directory, directory.images] {
      AtomicFile.removeLeftovers(in: place)
    }
  }

  /// Whether a job holds the lock of a run directory, as far as this machine can tell.
  package static func isHeld(_ directory: RunDirectory) -> Bool {
    let descriptor = open("\(directory.path)/lock", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  deinit { close(descriptor) }
}
