/// What is wrong with how ranks lie on cores, and how to mend it.
///
/// Ranks wait for each other several times a step, so one that has to share its core holds all of them up.
package enum PlacementAdvice {
  /// A line for each node where ranks are in each other's way, or where cores lie idle that one of `usefulRanks` could
  /// have; none where all is well.
  package static func lines(for places: [RankPlace], usefulRanks: Int? = nil) -> [String] {
    let canGrow = usefulRanks.map { places.count < $0 } ?? false
    return Dictionary(grouping: places, by: \.host).sorted { $0.key < $1.key }.compactMap { host, ranks in
      crowding(host: host, ranks: ranks) ?? (canGrow ? idleness(host: host, ranks: ranks) : nil)
    }
  }

  private static func crowding(host: String, ranks: [RankPlace]) -> String? {
    let online = ranks.map(\.online).max() ?? 1
    let all = ranks.reduce(into: Set<Int>()) { $0.formUnion($1.cores) }
    let quota = ranks.compactMap(\.quota).min()
    if let quota, quota < Double(min(ranks.count, all.count)) {
      return
        "\(host) may keep \(short(quota)) cores busy, and \(count(ranks.count, "rank")) want one each: they are halted in "
        + "turn, which holds all ranks up; start at most \(count(max(1, Int(quota)), "rank")) there, or raise the quota"
    }
    // The fullest group of ranks with the same cores, or all of them.
    let groups = Dictionary(grouping: ranks, by: \.cores)
    let fullest = groups.filter { $1.count > $0.count }.min { $0.key.count < $1.key.count }
    let (cores, crowd) =
      ranks.count > all.count ? (all, ranks) : fullest.map { ($0.key, $0.value) } ?? (all, [])
    guard !crowd.isEmpty else { return nil }
    let problem =
      "\(count(crowd.count, "rank")) on \(host) share \(count(cores.count, "core")), which holds all ranks up"
    if cores.count < online {
      return problem
        + "; the node has \(online): start mpirun with --bind-to none, or --map-by core with no more "
        + "ranks than cores"
    }
    return problem + "; start at most \(count(online, "rank")) there"
  }

  private static func idleness(host: String, ranks: [RankPlace]) -> String? {
    let online = ranks.map(\.online).max() ?? 1
    let allowed = min(Double(online), ranks.compactMap(\.quota).min() ?? .infinity)
    guard Double(2 * ranks.count) <= allowed else { return nil }
    return "\(count(ranks.count, "rank")) on \(host) use \(ranks.count) of \(Int(allowed)) cores; "
      + "start a rank for each core that is to work, up to the micro-batches of a batch"
  }

  private static func count(_ number: Int, _ thing: String) -> String {
    "\(number) \(thing)\(number == 1 ? "" : "s")"
  }

  private static func short(_ number: Double) -> String {
    number == number.rounded() ? String(Int(number)) : String((number * 10).rounded() / 10)
  }
}
