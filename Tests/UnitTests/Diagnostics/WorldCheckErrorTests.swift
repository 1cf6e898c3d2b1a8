import Diagnostics
import Foundation
import Testing

/// What is said of worlds that come to different bits.
@Suite struct WorldCheckErrorTests {
  private func outcome(_ ranks: Int, _ hash: String) throws -> WorldCheckOutcome {
    let fields =
      #"{"ranks": \#(ranks), "nodes": 1, "sharesMemory": true, "steps": 3, "hash": "\#(hash)", "loss": 1}"#
    return try JSONDecoder().decode(WorldCheckOutcome.self, from: Data(fields.utf8))
  }

  @Test("equal bits are no error; those that differ from the first are named, each once")
  func names() throws {
    #expect(WorldCheckError([]) == nil)
    #expect(try WorldCheckError([outcome(1, "a"), outcome(2, "a"), outcome(4, "a")]) == nil)
    let error = try #require(
      try WorldCheckError([
        outcome(1, "a"), outcome(2, "b"), outcome(2, "b"), outcome(4, "c"), outcome(8, "a"),
      ]))
    #expect(error.description.hasPrefix("the bits on 2, 4 ranks differ from those on 1: "))
  }
}
