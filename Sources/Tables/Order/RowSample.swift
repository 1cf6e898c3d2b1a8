extension [UInt32] {
  /// At most `count` of these rows, spread evenly.
  package func sample(_ count: Int) -> [UInt32] {
    let used = Swift.min(self.count, count)
    return (0..<used).map { self[$0 * self.count / used] }
  }
}
