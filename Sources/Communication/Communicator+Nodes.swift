extension Communicator {
  /// The group of the ranks on this rank's node, in their order; every rank must call.
  package func nodeGroup() throws -> any Communicator {
    try split(color: nodeLeader, key: rank)
  }

  /// The group of those ranks, one a node, that have this rank's number on their nodes; every rank must call.
  ///
  /// All these groups have the nodes in the same order, that of the nodes' first ranks. If nodes hold
  /// different numbers of ranks, the groups of the higher numbers have fewer members.
  package func acrossNodes() throws -> any Communicator {
    try split(color: nodeRank, key: nodeLeader)
  }

  /// Whether all nodes hold equally many ranks, the same on every rank; every rank must call.
  ///
  /// One all-reduce of two words.
  package func isUniform() throws -> Bool {
    var extremes = (Int64(nodeSize), -Int64(nodeSize))
    try withUnsafeMutableBytes(of: &extremes) {
      try allReduce($0.bindMemory(to: Int64.self), .max)
    }
    return extremes.0 == -extremes.1
  }
}
