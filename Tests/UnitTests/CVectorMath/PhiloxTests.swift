import CVectorMath
import CounterRandom
import Testing

@Suite(.everyVectorLevel) struct PhiloxTests {
  struct Answer: Sendable {
    let counter: [UInt32]
    let key: [UInt32]
    let words: [UInt32]
  }

  /// The known answers of the generator's authors for 4x32 with 10 rounds.
  static let answers = [
    Answer(
      counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    Answer(
      counter: [.max, .max, .max, .max], key: [.max, .max],
      words: [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    Answer(
      counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], key: [0xa409_3822, 0x299f_31d0],
      words: [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
  ]

  private func words(counter: [UInt32], key: [UInt32]) -> [UInt32] {
    var result = [UInt32](repeating: 0, count: 4)
    cvm_philox4x32(counter, key, &result)
    return result
  }

  @Test("known answers", arguments: answers)
  func knownAnswers(_ answer: Answer) {
    #expect(words(counter: answer.counter, key: answer.key) == answer.words)
  }

  static let streams = [
    RandomStream(seed: 0, purpose: .selectorNoise),
    RandomStream(seed: .max, purpose: .logitsDropout, step: Int(UInt32.max), row: Int(UInt32.max)),
    RandomStream(seed: 0x0123_4567_89ab_cdef, purpose: .decoderDropout, layer: 2, step: 77, row: 12),
  ]

  @Test("word 16 w + l of block b is output w of counter 16 b + l", arguments: streams)
  func blockOrder(_ stream: RandomStream) {
    let key = [UInt32(truncatingIfNeeded: stream.seed), UInt32(truncatingIfNeeded: stream.seed >> 32)]
    var block = [UInt32](repeating: 0, count: 64 * 5)
    cvm_random_words(&block, block.count, stream.cStream)
    for counter in 0..<UInt32(16 * 5) {
      let expected = words(counter: [counter, stream.row, stream.step, stream.purpose], key: key)
      for (output, word) in expected.enumerated() {
        #expect(block[64 * Int(counter / 16) + 16 * output + Int(counter % 16)] == word)
      }
    }
  }

  @Test("shorter requests are prefixes and write nothing more", arguments: [0, 1, 63, 64, 65, 128, 784])
  func prefixes(count: Int) {
    let stream = Self.streams[2].cStream
    var long = [UInt32](repeating: 0, count: 1000)
    cvm_random_words(&long, 1000, stream)
    var short = [UInt32](repeating: 42, count: count + 70)
    cvm_random_words(&short, count, stream)
    #expect(Array(short.prefix(count)) == Array(long.prefix(count)))
    #expect(short.dropFirst(count).allSatisfy { $0 == 42 })
  }
}
