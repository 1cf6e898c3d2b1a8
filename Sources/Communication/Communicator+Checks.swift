extension Communicator {
  /// Throws if `root` is no rank of the group.
  func checkRoot(_ root: Int) throws {
    guard (0..<size).contains(root) else {
      throw CommunicationError.rootOutOfRange(root: root, size: size)
    }
  }

  /// Throws if the group's ranks are not all on one node.
  func checkOneNode() throws {
    guard nodeSize == size else {
      throw CommunicationError.notOnOneNode(ranks: size, onThisNode: nodeSize)
    }
  }
}
