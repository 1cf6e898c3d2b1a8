import LinearAlgebra
import Testing

@Suite(.everyVectorLevel) struct MissingLoopTests {
  @Test("what is missing is found and filled, packed away and put back", arguments: [0, 1, 7, 64, 131])
  func loops(count: Int) {
    func check<Scalar: Real>(_ fixture: LoopFixture<Scalar>) {
      let (x, fill) = (fixture.values(count), fixture.values(count, row: 1))
      let whole = x.doubles
      let isMissing = (0..<count).map { $0 * $0 % 5 == 1 || $0 == count - 1 }
      for index in 0..<count where isMissing[index] { x.base[index] = .nan }
      var observed = [UInt8](repeating: 7, count: count)
      Scalar.fillMissing(x: x.base, observed: &observed, count: count, fill: fill.base)
      #expect(observed == isMissing.map { $0 ? 0 : 1 })
      let filled = (0..<count).map { isMissing[$0] ? Double(fill.base[$0]) : whole[$0] }
      #expect(x.doubles == filled)
      let packed = AlignedBuffer<Scalar>(count: count)
      let found = Scalar.pack(out: packed.base, x: x.base, chosen: observed, count: count)
      let kept = (0..<count).filter { !isMissing[$0] }.map { whole[$0] }
      #expect(found == kept.count && Array(packed.doubles.prefix(found)) == kept)
      Scalar.unpack(out: x.base, packed: packed.base, chosen: observed, count: count)
      #expect(x.doubles == (0..<count).map { isMissing[$0] ? 0 : whole[$0] })
    }
    check(LoopFixture<Float>(tolerance: 0))
    check(LoopFixture<Double>(tolerance: 0))
  }
}
