extension Communicator {
  /// Throws if `root` is no rank of the group.
  func checkRoot(_ root: Int) throws {
    guard (0..<size).contains(root) else {
      throw CommunicationError.rootOutOfRange(root: root, size: size)
    }
  }
}
