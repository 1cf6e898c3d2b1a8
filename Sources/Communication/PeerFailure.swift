/// Another rank failed in a phase that all had to pass; that rank reports the reason.
package struct PeerFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// The lowest rank that failed, which throws its own error.
  package let rank: Int
  /// What the ranks were doing.
  package let phase: String

  /// Names the rank and what it was doing.
  package init(rank: Int, phase: String) {
    self.rank = rank
    self.phase = phase
  }

  /// Where to look for the reason.
  package var description: String {
    "Rank \(rank) failed while \(phase); its own message says why."
  }
}
