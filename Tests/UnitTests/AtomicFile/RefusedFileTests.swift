import AtomicFile
import Foundation
import Testing

/// A path that takes no file, and the error it must give.
struct RefusedPath: CustomTestStringConvertible, Sendable {
  let path: String
  let operation: String
  let code: Int32
  let says: String

  var testDescription: String { path.count < 40 ? path : "\(path.prefix(10))..." }

  static let all: [RefusedPath] = [
    .init(
      path: "none/f", operation: "create a temporary file beside", code: ENOENT,
      says: "the directory it lies in"),
    .init(path: "file/f", operation: "write", code: ENOTDIR, says: "a part of the path is a file"),
    .init(path: "folder", operation: "write", code: EISDIR, says: "a directory has that name"),
    .init(path: "pipe", operation: "write", code: EEXIST, says: "not a file"),
    .init(path: "device", operation: "write", code: EEXIST, says: "not a file"),
    .init(path: "loop", operation: "write", code: ELOOP, says: "symbolic links"),
    .init(
      path: String(repeating: "n", count: 300), operation: "write", code: ENAMETOOLONG,
      says: "a shorter name"),
  ]
}

@Suite("Files that cannot be written: errors that help, nothing touched")
struct RefusedFileTests {
  @Test("paths that take no file", arguments: RefusedPath.all)
  func refusedPath(_ refused: RefusedPath) throws {
    let directory = try TemporaryDirectory()
    try directory.write([42], as: "file")
    #expect(mkdir(directory.file("folder"), 0o755) == 0)
    #expect(mkfifo(directory.file("pipe"), 0o644) == 0)
    #expect(symlink("/dev/null", directory.file("device")) == 0)
    #expect(symlink("loop", directory.file("loop")) == 0)
    let before = try directory.names
    let path = directory.file(refused.path)
    let error = #expect(throws: FileError.self) { try AtomicFile.write("text", to: path) }
    #expect(error == FileError(refused.operation, path: path, code: refused.code))
    #expect(error?.description.contains(refused.says) == true, "\(String(describing: error))")
    #expect(try directory.names == before)
    #expect(try contents(of: directory.file("file")) == [42])
  }

  @Test("a directory that takes the name while the file is written stays, and nothing is left")
  func directoryAppears() throws {
    let directory = try TemporaryDirectory()
    let file = try AtomicFile(directory.file("f"))
    #expect(mkdir(directory.file("f"), 0o755) == 0)
    let error = #expect(throws: FileError.self) { try file.commit() }
    #expect(
      error == FileError("give a temporary file the name", path: directory.file("f"), code: EISDIR))
    #expect(try directory.names == ["f"])
  }

  @Test(
    "the kernel's own directory refuses root too",
    .enabled(if: FileManager.default.fileExists(atPath: "/sys/kernel"), "there is no /sys here"))
  func kernelDirectory() {
    let error = #expect(throws: FileError.self) { try AtomicFile.write("x", to: "/sys/kernel/f") }
    #expect(error?.path == "/sys/kernel/f")
    #expect(error.map { [EACCES, EPERM, EROFS].contains($0.code) } == true)
  }

  @Test(
    "a full disk leaves the old file and nothing beside it", .enabled(if: SmallDisk() != nil, SmallDisk.need))
  func fullDisk() throws {
    let disk = try #require(SmallDisk())
    let path = disk.directory.file("f")
    try AtomicFile.write("before", to: path)
    let error = #expect(throws: FileError.self) {
      try AtomicFile.write(AtomicFileTests.bytes(100_000), to: path)
    }
    #expect(error == FileError("write", path: path, code: ENOSPC))
    #expect(error?.description.contains("free some space") == true)
    #expect(try contents(of: path) == Array("before".utf8))
    #expect(try disk.directory.names == ["f"])
    // What did not fit takes no room afterwards.
    try AtomicFile.write(AtomicFileTests.bytes(40_000), to: path)
    #expect(try contents(of: path) == AtomicFileTests.bytes(40_000))
  }

  @Test("a read-only file system says so", .enabled(if: SmallDisk() != nil, SmallDisk.need))
  func readOnlyDisk() throws {
    let disk = try #require(SmallDisk())
    let path = disk.directory.file("f")
    try AtomicFile.write("before", to: path)
    try #require(disk.makeReadOnly())
    var error = #expect(throws: FileError.self) { try AtomicFile.write("after", to: path) }
    #expect(error == FileError("create a temporary file beside", path: path, code: EROFS))
    #expect(error?.description.contains("the file system is read-only") == true)
    #expect(try contents(of: path) == Array("before".utf8))
    error = #expect(throws: FileError.self) { try Directory.make(disk.directory.file("new")) }
    #expect(error == FileError("make the directory", path: disk.directory.file("new"), code: EROFS))
  }
}
