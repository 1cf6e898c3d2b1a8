/// The directory of a zip archive (PKWARE's APPNOTE 6.3), with the extensions for large files.
struct ZipArchive {
  /// A file in the archive.
  struct Entry: Sendable {
    let name: String
    let isDeflated: Bool
    let checksum: UInt32
    /// Bytes in the archive.
    let packedSize: Int
    /// Bytes of the file.
    let size: Int
    /// Where its own header begins.
    let header: Int
  }

  let file: InputFile
  let entries: [Entry]

  static let magic = [0x50, 0x4b, 0x03, 0x04] as [UInt8]
  private static let endSize = 22
  private static let largestComment = 1 << 16
  private static let largestDirectory = 1 << 26

  /// Reads the directory. Throws `DataError`.
  init(_ file: InputFile) throws {
    self.file = file
    let tailSize = min(file.count, Self.endSize + Self.largestComment + 20)
    let tail = try Bytes(file, at: file.count - tailSize, count: tailSize)
    guard
      let end = (0...max(0, tailSize - Self.endSize)).last(where: {
        $0 + Self.endSize <= tailSize && tail.number($0, 4) == 0x0605_4b50
      })
    else {
      throw Self.fail(file, "its directory is missing: the archive is cut short; write or fetch it again")
    }
    var (count, size, start) = (tail.number(end + 10, 2), tail.number(end + 12, 4), tail.number(end + 16, 4))
    if count == 0xffff || size == 0xffff_ffff || start == 0xffff_ffff, end >= 20,
      tail.number(end - 20, 4) == 0x0706_4b50
    {
      let large = try Bytes(file, at: tail.number(end - 12, 8), count: 56)
      guard large.number(0, 4) == 0x0606_4b50 else { throw Self.fail(file, "its directory is damaged") }
      (count, size, start) = (large.number(32, 8), large.number(40, 8), large.number(48, 8))
    }
    guard size <= Self.largestDirectory, count <= size / 46 + 1 else {
      throw Self.fail(file, "its directory is damaged")
    }
    let directory = try Bytes(file, at: start, count: size)
    var (entries, place) = ([Entry](), 0)
    while place + 46 <= size, entries.count < count {
      guard directory.number(place, 4) == 0x0201_4b50 else {
        throw Self.fail(file, "its directory is damaged")
      }
      let lengths = [28, 30, 32].map { directory.number(place + $0, 2) }
      let next = place + 46 + lengths.reduce(0, +)
      guard next <= size else { throw Self.fail(file, "its directory is damaged") }
      let name = String(decoding: directory.bytes[place + 46..<place + 46 + lengths[0]], as: UTF8.self)
      let method = directory.number(place + 10, 2)
      guard directory.number(place + 8, 2) & 1 == 0, method == 0 || method == 8 else {
        throw Self.fail(
          file, "'\(name)' is encrypted or packed by another method than deflate (\(method)); write it anew")
      }
      // Sizes and place that do not fit stand in a field of their own, in this order.
      var numbers = [24, 20, 42].map { directory.number(place + $0, 4) }
      var extra = place + 46 + lengths[0]
      let extraEnd = extra + lengths[1]
      while extra + 4 <= extraEnd {
        let length = directory.number(extra + 2, 2)
        if directory.number(extra, 2) == 1 {
          var field = extra + 4
          for index in numbers.indices
          where numbers[index] == 0xffff_ffff && field + 8 <= min(extraEnd, extra + 4 + length) {
            numbers[index] = directory.number(field, 8)
            field += 8
          }
        }
        extra += 4 + length
      }
      entries.append(
        Entry(
          name: name, isDeflated: method == 8, checksum: UInt32(directory.number(place + 16, 4)),
          packedSize: numbers[1], size: numbers[0], header: numbers[2]))
      place = next
    }
    self.entries = entries
  }

  /// Opens a file in the archive. Throws `DataError` where its sizes cannot be.
  func open(_ entry: Entry) throws -> ZipMember {
    let header = try Bytes(file, at: entry.header, count: 30)
    guard header.number(0, 4) == 0x0403_4b50 else {
      throw Self.fail(file, "'\(entry.name)' is not where the directory says")
    }
    let start = entry.header + 30 + header.number(26, 2) + header.number(28, 2)
    guard start + entry.packedSize <= file.count,
      entry.isDeflated ? entry.size / Gunzip.largestRatio <= entry.packedSize : entry.size == entry.packedSize
    else {
      throw Self.fail(file, "'\(entry.name)' does not fit into it: the archive is cut short or damaged")
    }
    return try ZipMember(file, entry, start: start)
  }

  static func fail(_ file: InputFile, _ problem: String) -> DataError {
    .content(path: file.path, place: "", problem: problem)
  }

  /// Bytes of the archive with little-endian numbers in them.
  private struct Bytes {
    let bytes: [UInt8]

    /// Throws `DataError` where the archive does not have them.
    init(_ file: InputFile, at start: Int, count: Int) throws {
      guard start >= 0, count >= 0, start <= file.count, count <= file.count - start else {
        throw ZipArchive.fail(file, "its directory points outside it: the archive is cut short or damaged")
      }
      var bytes = [UInt8](repeating: 0, count: count)
      let found = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: start) }
      guard found == count else { throw StagingError.changed(path: file.path) }
      self.bytes = bytes
    }

    /// The number of `width` bytes at `place`; numbers that no file needs become the largest.
    func number(_ place: Int, _ width: Int) -> Int {
      let number = bytes[place..<place + width].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return Int(min(number, UInt64(Int.max >> 8)))
    }
  }
}
