import AtomicFile
import Testing

@Suite struct ContentHashTests {
  /// The examples of FIPS 180-4 and what `sha256sum` prints for no input.
  static let cases = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ]

  @Test(arguments: cases)
  func hashesAtOnceAndInPieces(text: String, expected: String) {
    let bytes = Array(text.utf8)
    #expect(bytes.withUnsafeBytes { ContentHash.text(of: $0) } == expected)
    var hash = ContentHash()
    for byte in bytes { withUnsafeBytes(of: byte) { hash.update($0) } }
    #expect(hash.text == expected)
  }
}
