import AtomicFile
import Foundation
import SelectionReport
import Testing

@Suite("Report files: whole or as before, with errors that help")
struct ReportFileTests {
  static let selection = Selection(indices: [1], probabilities: [1], featureCount: 2)

  @Test("CSV replaces what was there and leaves nothing beside it")
  func replaces() throws {
    let directory = try ReportDirectory()
    try Data(repeating: 65, count: 100_000).write(to: directory.file("a.csv"))
    try Self.selection.write(csv: directory.file("a.csv"))
    #expect(try String(contentsOf: directory.file("a.csv"), encoding: .utf8) == Self.selection.csv())
    #expect(try directory.names() == ["a.csv"])
  }

  @Test("what cannot be written is named, with what to do")
  func missingDirectory() throws {
    let directory = try ReportDirectory()
    let url = directory.file("none/file")
    let error = #expect(throws: FileError.self) { try Self.selection.write(csv: url) }
    #expect(error?.path == url.path)
    #expect(error?.code == ENOENT)
    #expect(error?.description.contains("the directory it lies in") == true)
    #expect(try directory.names().isEmpty)
  }

  @Test("a directory in place of the file stays, and no temporary file is left")
  func directoryAsFile() throws {
    let directory = try ReportDirectory()
    let url = directory.file("selected.csv")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    let error = #expect(throws: FileError.self) { try Self.selection.write(csv: url) }
    #expect(error == FileError("write", path: url.path, code: EISDIR))
    #expect(try directory.names() == ["selected.csv"])
  }
}
