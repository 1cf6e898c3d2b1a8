import AtomicFile
import Foundation
import SelectionReport
import Testing

@Suite("Report files on a full disk")
struct FullDiskTests {
  @Test(
    "a picture that does not fit leaves the old one and no temporary file",
    .enabled(if: SmallDisk() != nil, SmallDisk.need))
  func fullDisk() throws {
    let disk = try #require(SmallDisk())
    let url = URL(fileURLWithPath: disk.directory.file("picture.png"))
    let before = Canvas(width: 8, height: 8)
    try before.write(png: url)
    let error = #expect(throws: FileError.self) {
      try ReportFileTests.noise(width: 300, height: 300).write(png: url)
    }
    #expect(error == FileError("write", path: url.path, code: ENOSPC))
    #expect(error?.description.contains("free some space") == true)
    #expect(try ReadPNG(url).bytes == before.bytes)
    #expect(try disk.directory.names == ["picture.png"])
  }
}
