extension Selection {
  /// One feature a line: its name, or its number where it has none.
  public func names() -> String { features.map { $0.title + "\n" }.joined() }
}
