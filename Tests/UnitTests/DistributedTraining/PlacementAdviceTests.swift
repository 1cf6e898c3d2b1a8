import RankSetup
import Testing

/// What is said about ranks and threads on cores.
@Suite struct PlacementAdviceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let places: [RankPlace]
    var singleThreadedRanks: Int?
    let lines: [String]
    var testDescription: String { name }
  }

  /// A rank on a node of eight cores.
  static func rank(
    _ cores: Set<Int> = Set(0..<8), threads: Int, host: String = "n1", quota: Double? = nil
  ) -> RankPlace {
    RankPlace(host: host, cores: cores, online: 8, quota: quota, threads: threads)
  }

  static let cases = [
    Case(name: "a rank with all cores", places: [rank(threads: 8)], lines: []),
    Case(
      name: "two ranks with half of them each", places: [rank(threads: 4), rank(threads: 4)], lines: []),
    Case(name: "a rank a core", places: (0..<8).map { rank([$0], threads: 1) }, lines: []),
    Case(
      name: "three ranks with two threads", places: (0..<3).map { _ in rank(threads: 2) }, lines: []),
    Case(
      name: "more ranks than cores", places: (0..<9).map { _ in rank(threads: 1) },
      lines: ["9 ranks x 1 thread on n1 share 8 cores, which holds all ranks up; start at most 8 ranks there"]
    ),
    Case(
      name: "too many threads", places: (0..<2).map { _ in rank(threads: 8) },
      lines: [
        "2 ranks x 8 threads on n1 share 8 cores, which holds all ranks up; start them with at most 4 threads "
          + "each (--threads) there"
      ]),
    Case(
      name: "two ranks on one core", places: [rank([0], threads: 1), rank([0], threads: 1)],
      lines: [
        "2 ranks x 1 thread on n1 share 1 core, which holds all ranks up; the node has 8: start mpirun with "
          + "--bind-to none, or --map-by core with no more ranks than cores"
      ]),
    Case(
      name: "two of three ranks on one core",
      places: [rank([0], threads: 1), rank([0], threads: 1), rank(Set(1..<8), threads: 6)],
      lines: [
        "2 ranks x 1 thread on n1 share 1 core, which holds all ranks up; the node has 8: start mpirun with "
          + "--bind-to none, or --map-by core with no more ranks than cores"
      ]),
    Case(
      name: "one rank bound to a core", places: [rank([3], threads: 1)],
      lines: [
        "1 rank x 1 thread on n1 use 1 of 8 cores; they are bound to 1: start mpirun with --bind-to none, or "
          + "more ranks"
      ]),
    Case(
      name: "few threads", places: [rank(threads: 2)],
      lines: ["1 rank x 2 threads on n1 use 2 of 8 cores; start more ranks there"]),
    Case(
      name: "few threads that the user set",
      places: [RankPlace(host: "n1", cores: [0, 1], online: 8, threads: 1, isChosen: true)], lines: []),
    Case(
      name: "exact reduction in one process", places: [rank(threads: 1)], singleThreadedRanks: 4,
      lines: [
        "1 rank x 1 thread on n1 use 1 of 8 cores; start a rank for each core that is to work, up to the micro-batches "
          + "of a batch"
      ]),
    Case(
      name: "exact reduction with a rank for each micro-batch",
      places: (0..<4).map { rank([$0], threads: 1) },
      singleThreadedRanks: 4, lines: []),
    Case(
      name: "a quota", places: (0..<4).map { _ in rank(threads: 1, quota: 2.5) },
      lines: [
        "n1 may keep 2.5 cores busy, and 4 ranks x 1 thread want 4: they are halted in turn, which holds all "
          + "ranks up; start at most 2 ranks there, or raise the quota"
      ]),
    Case(name: "a quota that is met", places: [rank(threads: 2, quota: 2.5)], lines: []),
    Case(
      name: "the node that is crowded is named",
      places: [
        rank(threads: 8, host: "n1"), rank([1], threads: 2, host: "n2"), rank(threads: 6, host: "n2"),
      ],
      lines: [
        "1 rank x 2 threads on n2 share 1 core, which holds all ranks up; the node has 8: start mpirun with "
          + "--bind-to none, or --map-by core with no more ranks than cores"
      ]),
  ]

  @Test("what is said", arguments: cases)
  func lines(_ test: Case) {
    #expect(
      PlacementAdvice.lines(for: test.places, singleThreadedRanks: test.singleThreadedRanks) == test.lines)
  }
}
