import CounterRandom
import Testing

@Suite struct RandomStreamTests {
  @Test("purposes and their layers never share a value")
  func purposes() {
    let plain: [RandomPurpose] = [
      .selectorNoise, .logitsDropout, .epochOrder, .validationSplit, .initialLogits, .initialDecoder,
      .syntheticData,
    ]
    var values = plain.map { RandomStream(seed: 0, purpose: $0).purpose }
    values += (0..<100).map { RandomStream(seed: 0, purpose: .decoderDropout, layer: $0).purpose }
    #expect(Set(values).count == plain.count + 100)
  }

  @Test("every field reaches the C loops")
  func cStream() {
    let stream = RandomStream(
      seed: 0x1_0000_0002, purpose: .decoderDropout, layer: 3, step: 4, row: 5)
    let c = stream.cStream
    #expect(c.seed == 0x1_0000_0002)
    #expect(c.purpose == RandomPurpose.decoderDropout.rawValue + 3)
    #expect(c.step == 4)
    #expect(c.row == 5)
  }

  @Test("steps and rows beyond 32 bits wrap instead of stopping the run")
  func wraps() {
    let stream = RandomStream(seed: 0, purpose: .selectorNoise, step: 1 << 32 + 9, row: 1 << 33 + 1)
    #expect(stream.step == 9)
    #expect(stream.row == 1)
  }
}
