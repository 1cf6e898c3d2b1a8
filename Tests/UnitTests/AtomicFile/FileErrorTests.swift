import AtomicFile
import Foundation
import Testing

@Suite("Errors of files: what, where, why, what to do")
struct FileErrorTests {
  @Test(
    "the text of a code",
    arguments: [
      (ENOSPC, "No space left on device; free some space, or choose a place on another disk"),
      (EDQUOT, "Disk quota exceeded; free some space, or choose a place on another disk"),
      (EACCES, "Permission denied; choose a place that this user may write, or change its permissions"),
      (EPERM, "Operation not permitted; choose a place that this user may write, or change its permissions"),
      (EROFS, "Read-only file system; the file system is read-only: choose a place on another one"),
      (ENOENT, "No such file or directory; check the path, and that the directory it lies in exists"),
      (
        ENOTDIR,
        "Not a directory; a part of the path is a file where a directory is needed: choose another path"
      ),
      (EISDIR, "Is a directory; a directory has that name: choose another name, or move it away"),
      (
        EEXIST,
        "File exists; something that is not a file has that name: choose another name, or move it away"
      ),
      (ENAMETOOLONG, "File name too long; choose a shorter name"),
      (EIO, "Input/output error; check the disk, or choose a place on another one"),
      (EBADF, "Bad file descriptor"),
    ])
  func description(code: Int32, says: String) {
    let error = FileError("write", path: "/a/b", code: code)
    #expect(error.description == "cannot write /a/b: \(says)")
    #expect(error.localizedDescription == error.description)
  }

  @Test("the system's last error is kept")
  func keepsErrno() {
    #expect(open("/none/of/this", O_RDONLY) == -1)
    #expect(
      FileError("open", path: "/none/of/this") == FileError("open", path: "/none/of/this", code: ENOENT))
  }

  @Test("operation, path and code all count")
  func equality() {
    let error = FileError("write", path: "/a", code: EIO)
    #expect(error != FileError("open", path: "/a", code: EIO))
    #expect(error != FileError("write", path: "/b", code: EIO))
    #expect(error != FileError("write", path: "/a", code: ENOSPC))
  }
}
