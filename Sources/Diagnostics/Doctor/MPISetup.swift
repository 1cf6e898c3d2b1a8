import Communication
import Foundation

/// What starting several ranks needs of this machine.
enum MPISetup {
  static func library() -> MachineCheck.Finding { .init(MPICommunicator.libraryVersion) }

  static func launcher() -> MachineCheck.Finding {
    let environment = ProcessInfo.processInfo.environment
    guard let path = program("mpirun", environment), let said = firstLine(of: path, "--version") else {
      return .init(
        "no mpirun", mend: "several ranks need the mpirun of \(MPICommunicator.libraryVersion) on the PATH")
    }
    let library = MPICommunicator.libraryVersion
    // "mpirun (Open MPI) 4.1.4" and "Open MPI v4.1.4"; the names and numbers of others are written as freely.
    let isOpenMPI = library.hasPrefix("Open MPI")
    if isOpenMPI, !said.contains("Open MPI") || numbers(said) != numbers(library) {
      return .init(
        "\(path): \(said)",
        mend: "it belongs to another MPI than the library, \(library): put the right one first on the PATH")
    }
    let allowed = ["OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"]
    let asRoot = isOpenMPI && getuid() == 0 && !allowed.allSatisfy { environment[$0] == "1" }
    return .init(
      "\(path): \(said)",
      mend: asRoot
        ? "it refuses root: export \(allowed.map { "\($0)=1" }.joined(separator: " ")), or be another user"
        : nil)
  }

  static func sharedMemory() -> MachineCheck.Finding {
    let room = SharedMemoryRoom()
    let (place, bytes) = (room.place, room.available)
    guard bytes > 0 else {
      return .init(
        "\(place) takes no files", mend: "make it writable: ranks keep a copy of the state each without it")
    }
    let found = bytes == .max ? "\(place) without a limit" : "\(place), \(Machine.size(bytes)) free"
    return .init(
      found,
      mend: bytes <= 64 << 20
        ? "make it larger: in a container --shm-size=1g, on a machine mount -o remount,size=1g \(place)" : nil
    )
  }

  /// The version's numbers, the first run of digits with points.
  private static func numbers(_ text: String) -> Substring? {
    text.split { !$0.isNumber && $0 != "." }.first { $0.contains(".") && $0.first!.isNumber }
  }

  private static func program(_ name: String, _ environment: [String: String]) -> String? {
    (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private static func firstLine(of path: String, _ argument: String) -> String? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = [argument]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").first.map(String.init)
  }
}
