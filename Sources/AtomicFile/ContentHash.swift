import Crypto

/// SHA-256 of bytes that come in pieces, as text: what `sha256sum` prints.
public struct ContentHash {
  private var hasher = SHA256()

  /// The hash of no bytes yet.
  public init() {}

  /// Takes in the next bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) { hasher.update(bufferPointer: bytes) }

  /// The hash of all bytes so far: 64 lower-case hexadecimal digits.
  public var text: String {
    let digits = Array("0123456789abcdef".utf8)
    let bytes = hasher.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The text of the hash of `bytes`.
  public static func text(of bytes: UnsafeRawBufferPointer) -> String {
    var hash = ContentHash()
    hash.update(bytes)
    return hash.text
  }

  /// The text of the hash of a text's UTF-8.
  package static func text(of text: String) -> String {
    var text = text
    return text.withUTF8 { Self.text(of: UnsafeRawBufferPointer($0)) }
  }
}
