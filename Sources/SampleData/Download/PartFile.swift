import AtomicFile
import Foundation

/// What has been received of a file, kept so that a later run can go on; filled by `curl`.
final class PartFile {
  /// How a transfer ended, and in words.
  struct Transfer {
    enum End { case complete, interrupted, unusable, refused }

    /// Whether the whole is there, more may come, what is there cannot be continued, or nothing will come.
    let end: End
    let reason: String
    /// Whether the server said anything.
    let hasAnswer: Bool
  }

  let path: String
  private let limit: Int
  private let handle: FileHandle

  /// Opens or makes `path`, which may grow to about `limit` bytes.
  ///
  /// Throws `FileError` when that fails, `SampleDataError.busy` while another process fills it.
  init(_ path: String, limit: Int) throws {
    let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw FileError("open", path: path) }
    self.path = path
    self.limit = limit
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    // `curl` writes to this very descriptor, so the lock holds as long as it does, whatever becomes of us.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw errno == EWOULDBLOCK ? SampleDataError.busy(path: path) : FileError("lock", path: path)
    }
  }

  /// Bytes received so far.
  var count: Int {
    var status = stat()
    return fstat(handle.fileDescriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  func clear() throws {
    guard ftruncate(handle.fileDescriptor, 0) == 0 else { throw FileError("empty", path: path) }
  }

  func remove() { unlink(path) }

  /// Continues from `url` and blocks until the transfer ends; `stall` seconds without a byte end it.
  ///
  /// Calls `progress` with the bytes received every five seconds. Throws when no process can be started.
  func fetch(_ url: String, stall: Int, progress: (Int) -> Void) throws -> Transfer {
    let process = Process()
    let answer = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    // A server that never stops sending meets the limit, in the shell's blocks of 512 bytes.
    process.arguments = [
      "-c", "ulimit -f $0 && exec curl \"$@\"", "\(limit / 512 + 1)", "--silent", "--fail", "--location",
      "--continue-at", "\(count)", "--connect-timeout", "\(stall)", "--speed-limit", "1", "--speed-time",
      "\(stall)", "--write-out", "%{stderr}%{http_code} %{errormsg}", url,
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = answer
    try process.run()
    var nextReport = Date.now + 5
    while process.isRunning {
      Thread.sleep(forTimeInterval: 0.05)
      if Date.now > nextReport {
        progress(count)
        nextReport += 5
      }
    }
    let said = String(decoding: answer.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let words = said.split(separator: " ", maxSplits: 1).map(String.init)
    let code = words.first.flatMap { Int($0) } ?? 0
    let reason = code >= 400 ? "HTTP \(code)" : words.count == 2 ? words[1] : "curl: \(said)"
    let end: Transfer.End
    switch (process.terminationStatus, code) {
    case _ where count > limit:
      try clear()
      return Transfer(end: .refused, reason: "sends more bytes than the published file has", hasAnswer: true)
    case (0, _): end = .complete
    case (23, _): throw FileError("write", path: path, code: ENOSPC)
    case (127, _): throw SampleDataError.noCurl
    // The server does not resume, or has no byte beyond those in the file.
    case (33, _), (36, _), (_, 416): end = .unusable
    // Cut, silent, or asking to come back later.
    case (18, _), (28, 1...), (52, _), (55...56, _), (92, _), (_, 408), (_, 425), (_, 429), (_, 500...):
      end = .interrupted
    default: end = .refused
    }
    return Transfer(end: end, reason: reason, hasAnswer: code > 0)
  }
}
