import RankSetup
import Testing

/// What is said about ranks on cores.
@Suite struct PlacementAdviceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let places: [RankPlace]
    var usefulRanks: Int?
    let lines: [String]
    var testDescription: String { name }
  }

  /// A rank on a node of eight cores.
  static func rank(
    _ cores: Set<Int> = Set(0..<8), host: String = "n1", quota: Double? = nil
  ) -> RankPlace {
    RankPlace(host: host, cores: cores, online: 8, quota: quota)
  }

  static let cases = [
    Case(name: "a rank a core", places: (0..<8).map { rank([$0]) }, usefulRanks: 16, lines: []),
    Case(name: "ranks that share all cores", places: (0..<8).map { _ in rank() }, lines: []),
    Case(name: "one rank, of which nothing is known", places: [rank()], lines: []),
    Case(
      name: "more ranks than cores", places: (0..<9).map { _ in rank() },
      lines: ["9 ranks on n1 share 8 cores, which holds all ranks up; start at most 8 ranks there"]),
    Case(
      name: "two ranks on one core", places: [rank([0]), rank([0])],
      lines: [
        "2 ranks on n1 share 1 core, which holds all ranks up; the node has 8: start mpirun with --bind-to none, or "
          + "--map-by core with no more ranks than cores"
      ]),
    Case(
      name: "two of three ranks on one core", places: [rank([0]), rank([0]), rank(Set(1..<8))],
      lines: [
        "2 ranks on n1 share 1 core, which holds all ranks up; the node has 8: start mpirun with --bind-to none, or "
          + "--map-by core with no more ranks than cores"
      ]),
    Case(
      name: "one rank where four would help", places: [rank([3])], usefulRanks: 4,
      lines: [
        "1 rank on n1 use 1 of 8 cores; start a rank for each core that is to work, up to the micro-batches of a batch"
      ]),
    Case(name: "a rank for each part", places: (0..<4).map { rank([$0]) }, usefulRanks: 4, lines: []),
    Case(
      name: "a quota", places: (0..<4).map { _ in rank(quota: 2.5) },
      lines: [
        "n1 may keep 2.5 cores busy, and 4 ranks want one each: they are halted in turn, which holds all ranks up; "
          + "start at most 2 ranks there, or raise the quota"
      ]),
    Case(name: "a quota that is met", places: [rank(quota: 2.5), rank(quota: 2.5)], lines: []),
    Case(
      name: "the node that is crowded is named",
      places: [rank(host: "n1"), rank([1], host: "n2"), rank([1], host: "n2")],
      lines: [
        "2 ranks on n2 share 1 core, which holds all ranks up; the node has 8: start mpirun with --bind-to none, or "
          + "--map-by core with no more ranks than cores"
      ]),
  ]

  @Test("what is said", arguments: cases)
  func lines(_ test: Case) {
    #expect(PlacementAdvice.lines(for: test.places, usefulRanks: test.usefulRanks) == test.lines)
  }
}
