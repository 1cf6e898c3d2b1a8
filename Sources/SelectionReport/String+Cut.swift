extension String {
  /// At most `length` characters: of a long text both ends, since names of one table often begin alike.
  package func cut(to length: Int) -> String {
    guard count > length else { return self }
    return prefix(length / 2) + "…" + suffix(length - 1 - length / 2)
  }
}
