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

  @Test("a copy has the elements and storage of its own", arguments: [0, 1, 17, 1000])
  func copying(count: Int) {
    let buffer = AlignedBuffer<Float>(count: count)
    for place in 0..<count { buffer.base[place] = Float(place) - 3 }
    let copy = AlignedBuffer(copying: buffer)
    buffer.elements.update(repeating: 7)
    #expect(Array(copy.elements) == (0..<count).map { Float($0) - 3 })
    #expect(Int(bitPattern: copy.base) % 64 == 0)
  }

  @Test(
    "counts rounded up to cache lines",
    arguments: [(0, 0, 0), (1, 16, 8), (8, 16, 8), (9, 16, 16), (16, 16, 16), (17, 32, 24)])
  func rounding(count: Int, floats: Int, doubles: Int) {
    #expect(AlignedBuffer<Float>.aligned(count) == floats)
    #expect(AlignedBuffer<Double>.aligned(count) == doubles)
  }
}
