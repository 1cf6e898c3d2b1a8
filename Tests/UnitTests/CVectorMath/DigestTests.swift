import CVectorMath
import Testing

@Suite(.everyVectorLevel) struct DigestTests {
  @Test("any flipped bit changes the digest", arguments: [1, 7, 8, 63, 64, 65, 200])
  func oneBit(count: Int) {
    var bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 5) }
    let original = cvm_digest(bytes, count)
    var seen: Set<UInt64> = [original]
    for bit in 0..<8 * count {
      bytes[bit / 8] ^= 1 << (bit % 8)
      seen.insert(cvm_digest(bytes, count))
      bytes[bit / 8] ^= 1 << (bit % 8)
    }
    #expect(seen.count == 8 * count + 1)
    #expect(cvm_digest(bytes, count) == original)
  }

  @Test("zeros of different lengths differ")
  func lengths() {
    let zeros = [UInt8](repeating: 0, count: 300)
    #expect(Set((0...300).map { cvm_digest(zeros, $0) }).count == 301)
  }

  @Test("exchanging two words changes the digest, in one block and across blocks")
  func order() {
    let words = (0..<64).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 }
    let original = words.withUnsafeBytes { cvm_digest($0.baseAddress, $0.count) }
    for other in [1, 7, 8, 9, 16, 63] {
      var swapped = words
      swapped.swapAt(0, other)
      #expect(swapped.withUnsafeBytes { cvm_digest($0.baseAddress, $0.count) } != original)
    }
  }

  @Test("the two zeros differ, as everything does whose bits differ")
  func bitPatterns() {
    let zeros: [Float] = [0, 0]
    let signed: [Float] = [0, -0.0]
    let digests = [zeros, signed].map { $0.withUnsafeBytes { cvm_digest($0.baseAddress, $0.count) } }
    #expect(digests[0] != digests[1])
  }

  @Test("alignment does not matter")
  func unaligned() {
    let bytes = (0..<400).map { UInt8(truncatingIfNeeded: $0 % 7) }
    let digests = bytes.withUnsafeBytes { raw in
      [0, 7, 14, 21].map { offset in raw.baseAddress.map { cvm_digest($0 + offset, 100) } }
    }
    #expect(Set(digests).count == 1)
  }
}
