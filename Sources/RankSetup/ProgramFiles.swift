import CVectorMath
import Foundation

/// The files whose code computes: the program and the libraries of its products and functions.
///
/// A version's text is equal in two builds, and a library of one version is built for many machines.
package enum ProgramFiles {
  /// Beginnings of the names of libraries that compute.
  private static let libraries = ["libopenblas", "libblas", "libm.", "libm-", "libmkl"]

  /// Names and values to be compared by `Communicator.requireEqual`: size and digest of each file.
  package static func fields() -> [(name: String, value: String)] {
    let maps = String(decoding: contents(of: "/proc/self/maps"), as: UTF8.self)
    return [("program's file", text(of: "/proc/self/exe"))]
      + computing(in: maps).map { ("file of \($0.name)", text(of: $0.path)) }
  }

  /// The libraries that compute in the text of /proc/self/maps, each once, by name.
  package static func computing(in maps: String) -> [(name: String, path: String)] {
    var found: [String: String] = [:]
    for line in maps.split(separator: "\n") {
      guard let slash = line.firstIndex(of: "/") else { continue }
      let path = line[slash...]
      let file = path.split(separator: "/").last ?? ""
      guard let library = libraries.first(where: file.hasPrefix) else { continue }
      // By the beginning of its name: on another node another version has another one.
      found[String(library.prefix { $0 != "." && $0 != "-" })] = String(path)
    }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// What can be read of a file that has no size beforehand, as those of the kernel.
  private static func contents(of path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = read(descriptor, &piece, piece.count), count > 0 { bytes += piece[..<count] }
    return bytes
  }

  /// Size and digest of a file's bytes; the same for the same bytes, wherever they are.
  package static func text(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "cannot be read" }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return "cannot be read" }
    let count = Int(status.st_size)
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE | Int32(MAP_POPULATE), descriptor, 0),
      start != MAP_FAILED
    else { return "cannot be read" }
    defer { munmap(start, count) }
    return "\(count) bytes, digest \(String(cvm_digest(start, count), radix: 16))"
  }
}
