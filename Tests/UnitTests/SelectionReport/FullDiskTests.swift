import AtomicFile
import Foundation
import ReportPage
import Testing

@Suite("Report files on a full disk")
struct FullDiskTests {
  @Test(
    "a picture that does not fit leaves the old one and no temporary file",
    .enabled(if: SmallDisk() != nil, SmallDisk.need))
  func fullDisk() throws {
    let disk = try #require(SmallDisk())
    let url = URL(fileURLWithPath: disk.directory.file("picture.png"))
    let before = try PNGImage(grey: [UInt8](repeating: 7, count: 64), width: 8, height: 8)
    try before.write(to: url.path)
    let error = #expect(throws: FileError.self) {
      try PNGImageTests.noise(width: 300, height: 300).write(to: url.path)
    }
    #expect(error == FileError("write", path: url.path, code: ENOSPC))
    #expect(error?.description.contains("free some space") == true)
    #expect(try Data(contentsOf: url) == before.bytes)
    #expect(try disk.directory.names == ["picture.png"])
  }
}
