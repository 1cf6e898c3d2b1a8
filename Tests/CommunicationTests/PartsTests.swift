import Communication
import Testing

/// Elements that rank `sender` sends rank `receiver`: uneven, some none, not the same both ways.
private func length(from sender: Int, to receiver: Int) -> Int {
  (sender * 5 + receiver * 3 + sender * receiver) % 4 * 7 % 11
}

/// What a rank's element is that no other rank's is.
private func value(from sender: Int, to receiver: Int, at index: Int) -> Float {
  Float(sender * 10_000 + receiver * 1000 + index)
}

@Suite("Parts of different lengths")
struct PartsTests {
  @Test("An exchange brings every part to its rank", arguments: groupSizes)
  func exchange(ranks: Int) throws {
    let results = try InProcessWorld.run(ranks: ranks) { communicator in
      let rank = communicator.rank
      let sentParts = PartLengths((0..<ranks).map { length(from: rank, to: $0) })
      let receivedParts = PartLengths((0..<ranks).map { length(from: $0, to: rank) })
      let sent = (0..<ranks).flatMap { receiver in
        (0..<length(from: rank, to: receiver)).map { value(from: rank, to: receiver, at: $0) }
      }
      var received = [Float](repeating: -1, count: receivedParts.count)
      try communicator.exchange(sent, sentParts, into: &received, receivedParts)
      return received
    }
    for (rank, result) in results.enumerated() {
      let expected = (0..<ranks).flatMap { sender in
        (0..<length(from: sender, to: rank)).map { value(from: sender, to: rank, at: $0) }
      }
      #expect(result == expected, "rank \(rank)")
    }
  }
}
