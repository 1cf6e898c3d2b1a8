import Foundation
import SelectionReport
import Testing

/// A file system of 64 KiB, where the machine lets one be mounted.
private final class SmallDisk {
  let directory: ReportDirectory

  init?() {
    guard geteuid() == 0, let directory = try? ReportDirectory(),
      Self.run("/bin/mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", directory.url.path)
    else { return nil }
    self.directory = directory
  }

  deinit { _ = Self.run("/bin/umount", directory.url.path) }

  static func run(_ program: String, _ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}

@Suite("Report files on a full disk")
struct FullDiskTests {
  @Test(
    "a picture that does not fit leaves the old one and no temporary file",
    .enabled(if: SmallDisk() != nil, "mounting a small file system needs root and the right to mount"))
  func fullDisk() throws {
    let disk = try #require(SmallDisk())
    let url = disk.directory.file("picture.png")
    let before = Canvas(width: 8, height: 8)
    try before.write(png: url)
    let error = #expect(throws: ReportError.self) {
      try ReportFileTests.noise(width: 300, height: 300).write(png: url)
    }
    #expect(error == .cannotWrite(path: url.path, step: .write, code: ENOSPC))
    #expect(error?.description.contains("Free some space") == true)
    #expect(try ReadPNG(url).bytes == before.bytes)
    #expect(try disk.directory.names() == ["picture.png"])
  }
}
