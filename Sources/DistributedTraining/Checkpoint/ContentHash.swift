import Crypto

/// SHA-256 of bytes, as lower-case hexadecimal digits.
public enum ContentHash {
  /// The hash of `bytes`.
  public static func text(of bytes: UnsafeRawBufferPointer) -> String {
    var hasher = SHA256()
    hasher.update(bufferPointer: bytes)
    let digits = Array("0123456789abcdef")
    return String(hasher.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
