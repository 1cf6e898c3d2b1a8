import Dispatch
import Foundation
import Synchronization

/// Both ends of a pipe; no program that is started inherits them unasked.
struct PipeEnds {
  let reading: Int32
  let writing: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw ProcessSupportError("make a pipe", errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    reading = ends[0]
    writing = ends[1]
  }
}

/// Reads a pipe on a thread of its own, so that the writer never waits for room in it.
final class PipeReader: Sendable {
  private let bytes = Mutex<[UInt8]>([])
  private let hasEnded = DispatchGroup()

  /// Reads `descriptor` to its end and closes it.
  init(_ descriptor: Int32) {
    hasEnded.enter()
    let thread = Thread { [self] in
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { break }
        bytes.withLock { $0 += buffer[..<count] }
      }
      close(descriptor)
      hasEnded.leave()
    }
    thread.start()
  }

  /// What has come so far.
  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

  /// Waits until no process has the other end open any more, or the time is over.
  func waitForEnd(timeout: Double) { _ = hasEnded.wait(timeout: .now() + timeout) }
}
