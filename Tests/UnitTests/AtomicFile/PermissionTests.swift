import AtomicFile
import Foundation
import Testing

#if compiler(>=6.2)
  /// Root may do anything, so these run as nobody in a process of their own.
  @Suite("Files and what a user may do")
  struct PermissionTests {
    /// A directory of the user nobody, with these permissions.
    private static func directory(_ permissions: mode_t) throws -> TemporaryDirectory {
      if geteuid() == 0 { try #require(setuid(65534) == 0) }
      let directory = try TemporaryDirectory()
      try #require(chmod(directory.path, permissions) == 0)
      return directory
    }

    @Test("a directory that may be written and not read takes a file")
    func unreadableDirectory() async {
      await #expect(processExitsWith: .exitCode(42)) {
        let directory = try Self.directory(0o300)
        #expect(throws: (any Error).self) { try directory.names }
        try AtomicFile.write("text", to: directory.file("f"))
        try Directory.make(directory.file("a/b"))
        try #require(chmod(directory.path, 0o700) == 0)
        #expect(try contents(of: directory.file("f")) == Array("text".utf8))
        #expect(try directory.names == ["a", "f"])
        try FileManager.default.removeItem(atPath: directory.path)
        exit(42)
      }
    }

    @Test("a directory that may not be written is named")
    func unwritableDirectory() async {
      await #expect(processExitsWith: .exitCode(42)) {
        let directory = try Self.directory(0o500)
        var error = #expect(throws: FileError.self) {
          try AtomicFile.write("text", to: directory.file("f"))
        }
        let path = directory.file("f")
        #expect(error == FileError("create a temporary file beside", path: path, code: EACCES))
        #expect(error?.description.contains("that this user may write") == true)
        error = #expect(throws: FileError.self) { try Directory.make(directory.path) }
        #expect(error == FileError("write into", path: directory.path, code: EACCES))
        error = #expect(throws: FileError.self) { try Directory.make(directory.file("a")) }
        #expect(error == FileError("make the directory", path: directory.file("a"), code: EACCES))
        try #require(chmod(directory.path, 0o700) == 0)
        #expect(try directory.names.isEmpty)
        try FileManager.default.removeItem(atPath: directory.path)
        exit(42)
      }
    }
  }
#else
  @Suite("Files and what a user may do")
  struct PermissionTests {
    @Test(.disabled("tests in processes of their own need Swift 6.2"))
    func asNobody() { Issue.record("needs Swift 6.2") }
  }
#endif
