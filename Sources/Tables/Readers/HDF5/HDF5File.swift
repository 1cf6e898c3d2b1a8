import CHDF5
import Foundation

/// An open HDF5 file; closed when released. Only one thread may use libhdf5, whose calls go through here.
package final class HDF5File {
  let path: String
  /// Bytes of the file.
  let size: Int
  private let id: cae_h5
  private let progress: StagingProgress?
  /// Values that are to be read of the table, and how many of the file's have been.
  private var (expected, done) = (Int.max, 0)

  /// Names another library file than the usual ones.
  static let libraryVariable = "CAE_HDF5_LIBRARY"
  private static let lock = NSRecursiveLock()

  /// Whether libhdf5 is there.
  package static var isReadable: Bool { lock.withLock { cae_h5_load(library) == nil } }

  private static var library: String? {
    ProcessInfo.processInfo.environment[libraryVariable].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Opens a file, and holds others off while `body` uses it.
  ///
  /// Throws `DataError` where libhdf5 is not there or cannot open it, and what `body` throws.
  static func with<Result>(_ file: InputFile, _ body: (HDF5File) throws -> Result) throws -> Result {
    try lock.withLock { try body(HDF5File(file)) }
  }

  private init(_ file: InputFile) throws {
    path = file.path
    progress = file.progress
    size = file.count
    if let reason = cae_h5_load(Self.library) {
      throw DataError.library(
        path: file.path, name: "libhdf5", reason: String(cString: reason),
        remedy:
          "install it (Debian: libhdf5-103-1 or libhdf5-dev; Fedora: hdf5; macOS: brew install hdf5), or name "
          + "the library file in \(Self.libraryVariable)")
    }
    id = cae_h5_open_file(file.path)
    guard id >= 0 else {
      throw DataError.content(
        path: file.path, place: "",
        problem: "libhdf5 cannot open it: it is damaged or cut short; write or fetch it again")
    }
  }

  deinit { cae_h5_close_file(id) }

  /// What is at `place`; nil where there is nothing.
  func find(_ place: String) -> HDF5Object? { HDF5Object(self, cae_h5_open(id, place), place: place) }

  /// What is at `place`. Throws `DataError` where there is nothing, with what there is instead.
  func object(_ place: String) throws -> HDF5Object {
    let id = cae_h5_open(id, place)
    if let found = HDF5Object(self, id, place: place) { return found }
    guard id != cae_h5_elsewhere else {
      throw fail(place, "leads to another file, which is not read from: give that file")
    }
    let names = arrays().prefix(8).map { "\($0.place) (\($0.shape))" }.joined(separator: ", ")
    throw fail(place, "there is no such array" + (names.isEmpty ? "" : "; there are \(names)"))
  }

  /// Arrays and sparse matrices of at least two dimensions, and how large they are; those that are not too deep.
  func arrays(in group: String = "", depth: Int = 0) -> [(place: String, shape: String)] {
    guard depth < 4, let object = find(group.isEmpty ? "/" : group) else { return [] }
    return object.children.flatMap { name -> [(place: String, shape: String)] in
      let place = group.isEmpty ? name : "\(group)/\(name)"
      guard let child = find(place) else { return [] }
      if let shape = child.sparseShape { return [(place, "\(shape[0]) x \(shape[1]), sparse")] }
      if child.isGroup { return arrays(in: place, depth: depth + 1) }
      guard let description = try? child.describe(isRead: false), description.sizes.count >= 2 else {
        return []
      }
      return [(place, description.sizes.map(String.init).joined(separator: " x "))]
    }
  }

  /// Says how many values the table has, so that it can be told how far it is read.
  func expect(_ values: Int) { (expected, done) = (max(1, values), 0) }

  /// Notes that so many values were read.
  func note(_ values: Int) {
    done += values
    progress?.note(Int(Double(size) * min(1, Double(done) / Double(expected))))
  }

  /// A fault at a place in the file.
  func fail(_ place: String, _ problem: String) -> DataError {
    .content(path: path, place: place, problem: problem)
  }
}
