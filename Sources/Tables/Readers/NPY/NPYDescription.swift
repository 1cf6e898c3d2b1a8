/// The start of an NPY file, versions 1 to 3: magic, version, length, and a Python dictionary with type, order and
/// sizes (NumPy enhancement proposal 1, `numpy.lib.format`).
struct NPYDescription {
  /// Bytes of the header.
  let size: Int
  /// The type, or the fields of a record, as NumPy writes them.
  let descriptor: PythonLiteral
  /// Whether the first index runs fastest.
  let isFortran: Bool
  /// The sizes, outermost first.
  let dimensions: [Int]

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Longer headers are not read: 100,000 columns with names fit, or 10,000 in gzip, whose first piece has to hold it.
  static let largestSize = 1 << 22

  /// Reads the first bytes of a file. Throws `DataError`.
  init(_ bytes: UnsafeRawBufferPointer, path: String) throws {
    func damaged(_ problem: String) -> DataError { .numpy(path: path, problem: problem) }
    guard bytes.count >= 10 else {
      throw DataError.truncatedHeader(path: path, expected: 10, found: bytes.count)
    }
    guard bytes.starts(with: Self.magic) else {
      throw DataError.unrecognised(path: path, bytes: Array(bytes.prefix(8)), known: ["npy"])
    }
    let version = bytes[6]
    guard (1...3).contains(version) else { throw damaged("its format version \(version) is not 1, 2 or 3") }
    let lengthWidth = version == 1 ? 2 : 4
    guard bytes.count >= 8 + lengthWidth else {
      throw DataError.truncatedHeader(path: path, expected: 12, found: bytes.count)
    }
    let length = bytes[8..<8 + lengthWidth].reversed().reduce(0) { $0 << 8 | Int($1) }
    size = 8 + lengthWidth + length
    guard size <= Self.largestSize else {
      throw damaged("its header of \(length) bytes is longer than any real one")
    }
    guard size <= bytes.count else {
      throw DataError.truncatedHeader(path: path, expected: size, found: bytes.count)
    }
    guard case .dictionary(let entries)? = PythonLiteral(bytes[8 + lengthWidth..<size]),
      let descriptor = entries["descr"], case .flag(let isFortran)? = entries["fortran_order"],
      case .sequence(let sizes)? = entries["shape"]
    else { throw damaged("its header is damaged: it lacks descr, fortran_order or shape") }
    dimensions = try sizes.map {
      guard case .number(let size) = $0 else {
        throw damaged("its header is damaged: a size is no whole number")
      }
      return size
    }
    (self.descriptor, self.isFortran) = (descriptor, isFortran)
  }
}
