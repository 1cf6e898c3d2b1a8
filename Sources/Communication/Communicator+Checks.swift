extension Communicator {
  /// Throws if `root` is no rank of the group.
  func checkRoot(_ root: Int) throws {
    guard (0..<size).contains(root) else {
      throw CommunicationError.rootOutOfRange(root: root, size: size)
    }
  }

  /// Stops at lengths that are not those of a group of this size.
  func checkParts(_ parts: PartLengths) {
    precondition(parts.partCount == size, "there must be one part a rank")
  }

  /// Stops at arguments of an exchange that this rank alone can see to be wrong.
  func checkExchange(
    _ sent: UnsafePointer<Float>, _ sentParts: PartLengths,
    _ received: UnsafeMutablePointer<Float>, _ receivedParts: PartLengths
  ) {
    checkParts(sentParts)
    checkParts(receivedParts)
    precondition(
      sentParts.counts[rank] == receivedParts.counts[rank],
      "a rank's part to itself must have one length where it is sent and where it is received")
    let (first, second) = (UnsafeRawPointer(sent), UnsafeRawPointer(received))
    let width = MemoryLayout<Float>.stride
    precondition(
      first + sentParts.count * width <= second || second + receivedParts.count * width <= first
        || sentParts.count == 0 || receivedParts.count == 0,
      "what is sent and what is received must not overlap")
  }

  /// Throws if the group's ranks are not all on one node.
  func checkOneNode() throws {
    guard nodeSize == size else {
      throw CommunicationError.notOnOneNode(ranks: size, onThisNode: nodeSize)
    }
  }
}
