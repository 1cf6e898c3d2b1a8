import Foundation
import Testing

/// A file system of 64 KiB, where the machine lets one be mounted.
final class SmallDisk {
  static let need: Comment = "mounting a small file system needs root and the right to mount"

  let directory: TemporaryDirectory

  init?() {
    guard geteuid() == 0, let directory = try? TemporaryDirectory(),
      Self.run("/bin/mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", directory.path)
    else { return nil }
    self.directory = directory
  }

  deinit { _ = Self.run("/bin/umount", directory.path) }

  /// Lets nothing more be written; false when the system does not do that.
  func makeReadOnly() -> Bool { Self.run("/bin/mount", "-o", "remount,ro", directory.path) }

  private static func run(_ program: String, _ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
