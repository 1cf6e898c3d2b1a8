import Communication
import Testing

/// What a rank of a group knows of itself and its node.
private struct Spot: Sendable, Equatable, CustomStringConvertible {
  var rank: Int
  var size: Int
  var nodeRank: Int
  var nodeSize: Int
  var nodeLeader: Int

  init(_ communicator: any Communicator) {
    rank = communicator.rank
    size = communicator.size
    nodeRank = communicator.nodeRank
    nodeSize = communicator.nodeSize
    nodeLeader = communicator.nodeLeader
  }

  init(_ rank: Int, of size: Int, node nodeRank: Int, of nodeSize: Int, leader: Int) {
    self.rank = rank
    self.size = size
    self.nodeRank = nodeRank
    self.nodeSize = nodeSize
    nodeLeader = leader
  }

  var description: String { "\(rank)/\(size), node \(nodeRank)/\(nodeSize) of \(nodeLeader)" }
}

@Suite("Nodes and groups split off")
struct NodeTests {
  static let worlds = [(1, 1), (2, 1), (2, 2), (4, 2), (5, 2), (6, 3), (7, 3), (7, 10)]

  @Test("Ranks know their nodes, in the world, in the node's group and across nodes", arguments: worlds)
  func spots(ranks: Int, ranksPerNode: Int) throws {
    let spots = try InProcessWorld.run(ranks: ranks, ranksPerNode: ranksPerNode) {
      [Spot($0), Spot(try $0.nodeGroup()), Spot(try $0.acrossNodes())]
    }
    for rank in 0..<ranks {
      let leader = rank / ranksPerNode * ranksPerNode
      let inNode = rank - leader
      let onNode = min(ranksPerNode, ranks - leader)
      let alike = (0..<ranks).count { $0 % ranksPerNode == inNode }
      let node = rank / ranksPerNode
      #expect(
        spots[rank] == [
          Spot(rank, of: ranks, node: inNode, of: onNode, leader: leader),
          Spot(inNode, of: onNode, node: inNode, of: onNode, leader: 0),
          Spot(node, of: alike, node: 0, of: 1, leader: node),
        ])
    }
  }

  @Test("Without simulated nodes all ranks are on one", arguments: groupSizes)
  func oneNode(ranks: Int) throws {
    let spots = try InProcessWorld.run(ranks: ranks) { (Spot($0), $0.hostName) }
    for (rank, spot) in spots.enumerated() {
      #expect(spot.0 == Spot(rank, of: ranks, node: rank, of: ranks, leader: 0))
      #expect(spot.1 == spots[0].1)
    }
  }

  @Test("Simulated nodes have names of their own, also in groups split off")
  func names() throws {
    let names = try InProcessWorld.run(ranks: 4, ranksPerNode: 2) {
      [$0.hostName, try $0.acrossNodes().hostName]
    }
    #expect(names[0] == names[1] && names[2] == names[3])
    #expect(names[0][0] == names[0][1] && names[0] != names[2])
  }

  @Test("Equal nodes are told from unequal ones, on every rank", arguments: worlds)
  func uniform(ranks: Int, ranksPerNode: Int) throws {
    let answers = try InProcessWorld.run(ranks: ranks, ranksPerNode: ranksPerNode) { try $0.isUniform() }
    let expected = ranks <= ranksPerNode || ranks % ranksPerNode == 0
    #expect(answers == Array(repeating: expected, count: ranks))
  }

  @Test("Parts are made by color and numbered by key, then rank", arguments: [1, 2, 4, 7])
  func order(ranks: Int) throws {
    let results = try InProcessWorld.run(ranks: ranks) { communicator in
      let part = try communicator.split(color: communicator.rank % 3, key: -(communicator.rank / 2))
      return (part.rank, try part.gatherStrings("\(communicator.rank)"))
    }
    for color in 0..<min(3, ranks) {
      let expected = (0..<ranks).filter { $0 % 3 == color }.sorted { (-($0 / 2), $0) < (-($1 / 2), $1) }
      for (place, rank) in expected.enumerated() {
        #expect(results[rank].0 == place)
        #expect(results[rank].1 == (place == 0 ? expected.map { "\($0)" } : nil))
      }
    }
  }

  @Test("Parts, parts of parts and the whole work side by side", arguments: [(4, 2), (7, 3), (8, 4)])
  func nested(ranks: Int, ranksPerNode: Int) throws {
    let sums = try InProcessWorld.run(ranks: ranks, ranksPerNode: ranksPerNode) { communicator in
      let node = try communicator.nodeGroup()
      let half = try node.split(color: node.rank % 2, key: 0)
      let across = try communicator.acrossNodes()
      var sums: [Int64] = []
      for round in 0..<50 {
        let value = Int64(communicator.rank + round)
        sums = [
          try half.allReduce(value, .sum), try across.allReduce(value, .sum),
          try node.allReduce(value, .sum), try communicator.allReduce(value, .sum),
        ]
      }
      return sums
    }
    func sum(_ isMember: (Int) -> Bool) -> Int64 {
      Int64((0..<ranks).filter(isMember).reduce(0) { $0 + $1 + 49 })
    }
    for rank in 0..<ranks {
      let (node, place) = (rank / ranksPerNode, rank % ranksPerNode)
      #expect(
        sums[rank] == [
          sum { $0 / ranksPerNode == node && $0 % ranksPerNode % 2 == place % 2 },
          sum { $0 % ranksPerNode == place }, sum { $0 / ranksPerNode == node }, sum { _ in true },
        ])
    }
  }

  @Test("A sum within nodes, then across, is the sum of all", arguments: worlds)
  func hierarchical(ranks: Int, ranksPerNode: Int) throws {
    let sums = try InProcessWorld.run(ranks: ranks, ranksPerNode: ranksPerNode) { communicator in
      let node = try communicator.nodeGroup()
      let across = try communicator.acrossNodes()
      var sum = try node.allReduce(Int64(communicator.rank + 1), .sum)
      if node.isRoot { sum = try across.allReduce(sum, .sum) }
      try withUnsafeMutableBytes(of: &sum) { try node.broadcast($0, root: 0) }
      return sum
    }
    #expect(sums == Array(repeating: Int64(ranks * (ranks + 1) / 2), count: ranks))
  }

  @Test("A rank alone stays alone")
  func local() throws {
    let local = LocalCommunicator()
    #expect(Spot(local) == Spot(0, of: 1, node: 0, of: 1, leader: 0))
    #expect(Spot(try local.split(color: 3, key: -1)) == Spot(local))
    #expect(Spot(try local.nodeGroup()) == Spot(local))
    #expect(Spot(try local.acrossNodes()) == Spot(local))
    #expect(try local.isUniform())
  }
}
