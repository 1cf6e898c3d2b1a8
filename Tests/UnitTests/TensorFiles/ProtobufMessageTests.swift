import TensorFiles
import Testing

@Suite struct ProtobufMessageTests {
  private func bytes(_ body: (inout ProtobufMessage) -> Void) -> [UInt8] {
    var message = ProtobufMessage()
    body(&message)
    return message.bytes
  }

  @Test("the examples of the format's description")
  func described() {
    #expect(bytes { $0.add(1, 150) } == [0x08, 0x96, 0x01])
    #expect(bytes { $0.add(2, "testing") } == [0x12, 7] + Array("testing".utf8))
    let inner = bytes { $0.add(1, 150) }
    #expect(
      bytes {
        var message = ProtobufMessage()
        message.add(1, 150)
        $0.add(3, message)
      } == [0x1a, 3] + inner)
  }

  @Test("negative numbers take ten bytes, fields above 15 two for their key")
  func limits() {
    #expect(bytes { $0.add(1, -1) } == [0x08] + Array(repeating: 0xff, count: 9) + [0x01])
    #expect(bytes { $0.add(20, 1) } == [0xa0, 0x01, 1])
    #expect(bytes { $0.add(1, 0) } == [0x08, 0])
    #expect(bytes { $0.add(1, "") } == [0x0a, 0])
  }

  @Test("numbers with a point are little-endian, lists of them are packed")
  func fractions() {
    #expect(bytes { $0.add(2, Float(1)) } == [0x15, 0, 0, 0x80, 0x3f])
    #expect(bytes { $0.add(1, 1.0) } == [0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f])
    #expect(
      bytes { $0.add(6, packed: [1, -2]) }
        == [0x32, 16, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0])
  }
}
