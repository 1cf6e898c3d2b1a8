/// A 64-bit FNV-1a hash of a list of names and values (Fowler, Noll, Vo): equal lists, equal hashes.
///
/// It guards against mistakes, not against forgers.
struct Fingerprint {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  init(_ fields: [(name: String, value: String)]) {
    for field in fields {
      add(field.name)
      add(field.value)
    }
  }

  /// Adds the length before the text, so that "ab", "c" and "a", "bc" differ.
  private mutating func add(_ text: String) {
    withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { for byte in $0 { add(byte) } }
    for byte in text.utf8 { add(byte) }
  }

  private mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
  }
}
