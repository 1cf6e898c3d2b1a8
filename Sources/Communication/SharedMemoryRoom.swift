import CMPI
import Foundation

/// The directory in which the MPI library keeps the files behind shared memory.
///
/// Open MPI names it (`osc_sm_backing_directory`: `/dev/shm`, or its session directory where that cannot be
/// written). MPICH takes `/dev/shm`, else `/tmp`. Neither reserves the file's pages: where there are too few,
/// a later store would end the process.
package struct SharedMemoryRoom {
  package let place: String

  package init() {
    let setting = withCString { cmpi_setting("osc_sm_backing_directory", $0, $1) }
    if setting.isEmpty {
      place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    } else {
      place = setting
    }
  }

  /// The bytes that can be had; 0 if no file can be made there, `Int.max` if there is no limit.
  package var available: Int {
    // If the library cannot make its file on the first rank, the others wait for ever: try before.
    var name = Array("\(place)/cae.XXXXXX".utf8CString)
    let file = mkstemp(&name)
    guard file >= 0 else { return 0 }
    close(file)
    unlink(name)
    var status = statvfs()
    guard statvfs(place, &status) == 0 else { return 0 }
    // A tmpfs without a limit reports no blocks at all.
    if status.f_blocks == 0 { return .max }
    let (bytes, overflow) = Int(status.f_bavail).multipliedReportingOverflow(by: Int(status.f_frsize))
    return overflow ? .max : bytes
  }

  /// What must be available for `byteCount` bytes: the library adds its own state, and Open MPI refuses to
  /// fill the last twentieth.
  static func need(_ byteCount: Int) -> Int {
    let (need, overflow) = byteCount.addingReportingOverflow(byteCount / 16 + (1 << 18))
    return overflow ? .max : need
  }
}
