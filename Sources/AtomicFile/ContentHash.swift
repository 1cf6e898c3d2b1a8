import COpenSSL

/// SHA-256 of bytes that come in pieces, as text: what `sha256sum` prints.
package struct ContentHash: ~Copyable {
  private let context: OpaquePointer

  /// The library's own end would meet threads that still hash when a process ends in a hurry.
  private static let isReady = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) == 1

  /// The hash of no bytes yet.
  package init() {
    guard Self.isReady, let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    else { fatalError("libcrypto has no SHA-256") }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes in the next bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    let taken = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(taken == 1, "a digest that was begun takes bytes")
  }

  /// The hash of all bytes so far: 64 lower-case hexadecimal digits.
  package var text: String {
    // A digest that was asked for takes no more bytes.
    let copy = ContentHash()
    let copied = EVP_MD_CTX_copy_ex(copy.context, context)
    let bytes = [UInt8](unsafeUninitializedCapacity: 32) { bytes, count in
      count = 32
      let ended = EVP_DigestFinal_ex(copy.context, bytes.baseAddress, nil)
      precondition(copied == 1 && ended == 1, "a digest that was begun can be asked for")
    }
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The text of the hash of `bytes`.
  package static func text(of bytes: UnsafeRawBufferPointer) -> String {
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
