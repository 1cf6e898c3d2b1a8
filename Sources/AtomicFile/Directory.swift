import Foundation

/// Making directories so that files can be put into them, and so that both last.
package enum Directory {
  /// Makes `path` with the directories above it where they are missing, and makes sure that files can be put
  /// into it.
  ///
  /// Several processes may do so at the same time. Throws `FileError`.
  package static func make(_ path: String) throws {
    try makeMissing(path)
    guard access(path, W_OK | X_OK) == 0 else { throw FileError("write into", path: path) }
  }

  /// Makes `path` again in the directory above it, which must be there: one that somebody has removed is not made anew.
  ///
  /// Throws `FileError`.
  package static func makeAgain(_ path: String) throws {
    let above = parent(of: path)
    guard access(above, F_OK) == 0 else { throw FileError("write into", path: above) }
    try make(path)
  }

  private static func makeMissing(_ path: String) throws {
    if mkdir(path, 0o777) == 0 { return try synchronize(parent(of: path)) }
    let code = errno
    var status = stat()
    if stat(path, &status) == 0 {
      // Whatever `mkdir` says of it (a read-only disk may come first), what is wanted is there.
      if status.st_mode & S_IFMT == S_IFDIR { return }
      throw FileError("make the directory", path: path, code: code == EEXIST ? ENOTDIR : code)
    }
    let above = parent(of: path)
    guard code == ENOENT, !path.isEmpty, above != path, above != "." else {
      throw FileError("make the directory", path: path, code: code)
    }
    try makeMissing(above)
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw FileError("make the directory", path: path)
    }
    try synchronize(above)
  }

  /// The directory that `path` is in.
  package static func parent(of path: String) -> String {
    // By hand: Foundation's deletingLastPathComponent traps on a path of one character.
    var rest = path[...]
    while rest.count > 1, rest.hasSuffix("/") { rest.removeLast() }
    guard let slash = rest.lastIndex(of: "/") else { return "." }
    rest = rest[..<slash]
    while rest.hasSuffix("/") { rest.removeLast() }
    return rest.isEmpty ? "/" : String(rest)
  }

  /// Makes new, renamed and removed names in the directory `path` survive a power cut.
  static func synchronize(_ path: String) throws {
    let descriptor = retried { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    if descriptor < 0 {
      let code = errno
      // A directory may be writable and not readable; the file itself is on the disk already.
      if code == EACCES { return }
      throw FileError("open", path: path, code: code)
    }
    defer { close(descriptor) }
    // Some network file systems answer EINVAL: they have no such notion.
    guard retried({ fsync(descriptor) }) == 0 || errno == EINVAL else {
      throw FileError("bring to the disk", path: path)
    }
  }
}
