import Communication
import Testing

/// How many elements each rank sends to each, and what must arrive.
struct PartsPattern: Sendable, CustomTestStringConvertible {
  let name: String
  /// The elements that rank `sender` sends to rank `receiver` of `ranks`.
  let length: @Sendable (_ sender: Int, _ receiver: Int, _ ranks: Int) -> Int

  var testDescription: String { name }

  static let all: [PartsPattern] = [
    PartsPattern(name: "nothing at all") { _, _, _ in 0 },
    PartsPattern(name: "one each") { _, _, _ in 1 },
    PartsPattern(name: "uneven, some empty") { sender, receiver, _ in
      (sender * 5 + receiver * 3 + sender * receiver + 2) % 4 * 7
    },
    PartsPattern(name: "only from the first to the last") { $0 == 0 && $1 == $2 - 1 ? 9 : 0 },
    PartsPattern(name: "only from the last") { $0 == $2 - 1 ? $1 + 3 : 0 },
    PartsPattern(name: "only to themselves") { sender, receiver, _ in sender == receiver ? sender + 1 : 0 },
    PartsPattern(name: "rank 1 has nothing and gets nothing") { sender, receiver, _ in
      sender == 1 || receiver == 1 ? 0 : sender + 2 * receiver + 1
    },
    // Longer than what MPI libraries send before the receiver has asked for it.
    PartsPattern(name: "long") { sender, receiver, _ in (sender + 2 * receiver) % 3 * 30_000 + 1 },
  ]

  /// What an exchange gives on rank `communicator.rank`, between two elements that must stay as they are.
  func exchange(_ communicator: any Communicator) throws -> [Float] {
    let (rank, ranks) = (communicator.rank, communicator.size)
    let sentParts = PartLengths((0..<ranks).map { length(rank, $0, ranks) })
    let receivedParts = PartLengths((0..<ranks).map { length($0, rank, ranks) })
    let sent = (0..<ranks).flatMap { part(from: rank, to: $0, ranks: ranks) }
    var received = [Float](repeating: -1, count: receivedParts.count + 2)
    try received.withUnsafeMutableBufferPointer {
      try communicator.exchange(sent, sentParts, into: $0.baseAddress! + 1, receivedParts)
    }
    return received
  }

  /// What `exchange` must give on rank `rank`.
  func exchanged(rank: Int, ranks: Int) -> [Float] {
    [-1] + (0..<ranks).flatMap { part(from: $0, to: rank, ranks: ranks) } + [-1]
  }

  /// What an all-gather of the parts that go to the last rank gives, between two elements as above.
  func allGather(_ communicator: any Communicator) throws -> [Float] {
    let (rank, ranks) = (communicator.rank, communicator.size)
    let parts = PartLengths((0..<ranks).map { length($0, ranks - 1, ranks) })
    var buffer = [Float](repeating: -1, count: parts.count + 2)
    for (index, value) in zip(parts[rank], part(from: rank, to: ranks - 1, ranks: ranks)) {
      buffer[1 + index] = value
    }
    try buffer.withUnsafeMutableBufferPointer {
      try communicator.allGather($0.baseAddress! + 1, parts)
    }
    return buffer
  }

  /// What `allGather` must give on every rank.
  func gathered(ranks: Int) -> [Float] { exchanged(rank: ranks - 1, ranks: ranks) }

  /// Values that no other part has, exact in a `Float`.
  private func part(from sender: Int, to receiver: Int, ranks: Int) -> [Float] {
    (0..<length(sender, receiver, ranks)).map { Float((sender * ranks + receiver) * 100_000 + $0) }
  }
}
