import LinearAlgebra
import Testing

@Suite struct AlignedBufferTests {
  @Test("zero-filled, on a cache line", arguments: [0, 1, 15, 16, 17, 1000])
  func alignment(count: Int) {
    func check<Scalar: Real>(_: Scalar.Type) {
      // Several at a time: one alone could be aligned by chance.
      let buffers = (0..<8).map { _ in AlignedBuffer<Scalar>(count: count) }
      for buffer in buffers {
        #expect(Int(bitPattern: buffer.base) % 64 == 0)
        #expect(buffer.count == count && buffer.elements.count == count)
        #expect(buffer.bytes.count == count * MemoryLayout<Scalar>.stride)
        #expect(buffer.elements.allSatisfy { $0 == 0 })
        buffer.elements.update(repeating: 3)
      }
      #expect(buffers.allSatisfy { $0.elements.allSatisfy { $0 == 3 } })
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(
    "counts rounded up to cache lines",
    arguments: [(0, 0, 0), (1, 16, 8), (8, 16, 8), (9, 16, 16), (16, 16, 16), (17, 32, 24)])
  func rounding(count: Int, floats: Int, doubles: Int) {
    #expect(AlignedBuffer<Float>.aligned(count) == floats)
    #expect(AlignedBuffer<Double>.aligned(count) == doubles)
  }
}
