import AtomicFile
import Foundation
import Testing

@Suite("Directories made for files")
struct DirectoryTests {
  static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  @Test(
    "made with all above it, or left as it is", arguments: ["a", "a/", "a/b/c", "a//b/./c/", "here", "link"])
  func makes(name: String) throws {
    let directory = try TemporaryDirectory()
    #expect(mkdir(directory.file("here"), 0o755) == 0)
    try directory.write([42], as: "here/kept")
    #expect(symlink("here", directory.file("link")) == 0)
    for _ in 1...2 {
      try Directory.make(directory.file(name))
      #expect(Self.isDirectory(directory.file(name)))
    }
    #expect(try contents(of: directory.file("here/kept")) == [42])
  }

  @Test("several at once", .timeLimit(.minutes(1)))
  func atOnce() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a/b/c/d/e/f")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...16 { group.addTask { try Directory.make(path) } }
      try await group.waitForAll()
    }
    #expect(Self.isDirectory(path))
  }

  @Test(
    "what cannot be made",
    arguments: [
      ("file", "file", ENOTDIR), ("file/a", "file/a", ENOTDIR), ("file/a/b", "file/a/b", ENOTDIR),
      ("dangling", "dangling", EEXIST), ("dangling/a", "dangling", EEXIST),
    ])
  func refuses(name: String, at place: String, code: Int32) throws {
    let directory = try TemporaryDirectory()
    try directory.write([42], as: "file")
    #expect(symlink("none", directory.file("dangling")) == 0)
    let error = #expect(throws: FileError.self) { try Directory.make(directory.file(name)) }
    #expect(error == FileError("make the directory", path: directory.file(place), code: code))
    #expect(try contents(of: directory.file("file")) == [42])
    #expect(try directory.names == ["dangling", "file"])
  }

  @Test("no path at all")
  func emptyPath() {
    let error = #expect(throws: FileError.self) { try Directory.make("") }
    #expect(error?.description.hasPrefix("cannot make the directory ''") == true)
  }
}
