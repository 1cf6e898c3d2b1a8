import TensorFiles
import Testing

@Suite struct EventRecordTests {
  @Test("CRC-32C of the examples of RFC 3720 and of the usual nine digits")
  func checksums() {
    #expect(TFRecord.crc32c(Array("123456789".utf8)) == 0xe306_9283)
    #expect(TFRecord.crc32c(Array(repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(TFRecord.crc32c(Array(0..<32)) == 0x46dd_794e)
    #expect(TFRecord.crc32c([]) == 0)
  }

  @Test("a record has its length, its data and two masked checksums")
  func frame() {
    let framed = TFRecord.bytes([1, 2, 3])
    #expect(framed.count == 8 + 4 + 3 + 4)
    #expect(Array(framed[..<8]) == [3, 0, 0, 0, 0, 0, 0, 0] && Array(framed[12..<15]) == [1, 2, 3])
    let crc = TFRecord.crc32c([1, 2, 3])
    let masked = (crc >> 15 | crc << 17) &+ 0xa282_ead8
    #expect(Array(framed[15...]) == (0..<4).map { UInt8(truncatingIfNeeded: masked >> (8 * $0)) })
  }

  @Test("an event has its step and its values under their tags")
  func event() {
    var record = EventRecord(wallTime: 1, step: 150)
    record.add(scalar: 1, tag: "a")
    let data = Array(record.bytes.dropFirst(12).dropLast(4))
    #expect(
      data == [0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 0x96, 0x01, 0x2a, 10]
        + [0x0a, 8, 0x0a, 1, UInt8(ascii: "a"), 0x15, 0, 0, 0x80, 0x3f])
  }

  @Test("a histogram counts each finite value once, the largest in the last bin")
  func histogram() {
    let found = Histogram([0, 1, 2, 3, 4, .nan, .infinity, 4], bins: 4)
    #expect(found.counts == [1, 1, 1, 3] && found.limits == [1, 2, 3, 4])
    #expect(found.count == 6 && found.sum == 14 && found.squareSum == 46)
    #expect((found.minimum, found.maximum) == (0, 4))
    #expect(Histogram([2, 2]).counts == [2] && Histogram([2, 2]).limits == [2])
    #expect(Histogram([Float]()).counts.isEmpty && Histogram([Float]()).minimum == 0)
  }
}
