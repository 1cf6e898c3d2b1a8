import Foundation

extension AtomicFile {
  /// Removes the temporary files in `directory` that processes left behind which were killed.
  ///
  /// What another process is writing stays, on this machine or on another that shares the directory and its locks.
  package static func removeLeftovers(in directory: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    for name in names where name.hasPrefix(temporaryPrefix) && name.hasSuffix(temporarySuffix) {
      let path = "\(directory)/\(name)"
      let descriptor = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(descriptor)
    }
  }
}
