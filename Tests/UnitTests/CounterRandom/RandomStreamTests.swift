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
    values += (0..<RandomStream.layerLimit).map {
      RandomStream(seed: 0, purpose: .decoderDropout, layer: $0).purpose
    }
    let groups = [1, 2, 3, 511, 512, 513, RandomStream.groupLimit - 1]
    for group in groups {
      values += plain.map { RandomStream(seed: 0, purpose: $0, group: group).purpose }
      for layer in [0, 1, RandomStream.layerLimit - 1] {
        values.append(
          RandomStream(seed: 0, purpose: .decoderDropout, layer: layer, group: group).purpose)
      }
    }
    let expected = plain.count + RandomStream.layerLimit + groups.count * (plain.count + 3)
    #expect(values.count == expected && Set(values).count == expected)
  }

  @Test("group 0 has the words of a stream without groups")
  func groupZero() {
    #expect(RandomStream(seed: 3, purpose: .selectorNoise, group: 0, step: 4, row: 5).purpose == 1)
    #expect(
      RandomStream(seed: 3, purpose: .decoderDropout, layer: 9, group: 0)
        == RandomStream(seed: 3, purpose: .decoderDropout, layer: 9))
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
