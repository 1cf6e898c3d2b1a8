/// What is wrong with how ranks and threads lie on cores, and how to mend it.
///
/// Ranks wait for each other several times a step, so one that has to share its core holds all of them up. Idle cores
/// are no fault where the user set the number of threads.
package enum PlacementAdvice {
  /// A line for each node where ranks are in each other's way or cores lie idle; none where all is well.
  ///
  /// `singleThreadedRanks` says that more threads are no way to use more cores, and how many ranks in all are of use.
  package static func lines(for places: [RankPlace], singleThreadedRanks: Int? = nil) -> [String] {
    let needsSingleThreads = singleThreadedRanks != nil
    let canGrow = places.count < singleThreadedRanks ?? .max
    return Dictionary(grouping: places, by: \.host).sorted { $0.key < $1.key }.compactMap { host, ranks in
      crowding(host: host, ranks: ranks)
        ?? (canGrow ? idleness(host: host, ranks: ranks, needsSingleThreads: needsSingleThreads) : nil)
    }
  }

  private static func crowding(host: String, ranks: [RankPlace]) -> String? {
    let online = ranks.map(\.online).max() ?? 1
    let all = ranks.reduce(into: Set<Int>()) { $0.formUnion($1.cores) }
    let quota = ranks.compactMap(\.quota).min()
    let demand = ranks.reduce(0) { $0 + $1.threads }
    if let quota, quota < Double(min(demand, all.count)) {
      return
        "\(host) may keep \(short(quota)) cores busy, and \(load(ranks)) want \(demand): they are halted in "
        + "turn, which holds all ranks up; start \(most(Int(quota), ranks)) there, or raise the quota"
    }
    // The fullest group of ranks with the same cores, or all of them.
    let groups = Dictionary(grouping: ranks, by: \.cores)
    let fullest = groups.filter { $1.reduce(0) { $0 + $1.threads } > $0.count }.min {
      $0.key.count < $1.key.count
    }
    let (cores, crowd) = demand > all.count ? (all, ranks) : fullest.map { ($0.key, $0.value) } ?? (all, [])
    guard !crowd.isEmpty else { return nil }
    let problem =
      "\(load(crowd)) on \(host) share \(count(cores.count, "core")), which holds all ranks up"
    if cores.count < online {
      return problem
        + "; the node has \(online): start mpirun with --bind-to none, or --map-by core with no more "
        + "ranks than cores"
    }
    return problem + "; start \(most(online, ranks)) there"
  }

  private static func idleness(host: String, ranks: [RankPlace], needsSingleThreads: Bool) -> String? {
    let online = ranks.map(\.online).max() ?? 1
    let allowed = min(Double(online), ranks.compactMap(\.quota).min() ?? .infinity)
    let demand = ranks.reduce(0) { $0 + $1.threads }
    guard Double(2 * demand) <= allowed, !ranks.contains(where: \.isChosen) else { return nil }
    let bound = ranks.reduce(into: Set<Int>()) { $0.formUnion($1.cores) }.count
    let remedy =
      if needsSingleThreads {
        "start a rank for each core that is to work, up to the micro-batches of a batch"
      } else if bound < online {
        "they are bound to \(bound): start mpirun with --bind-to none, or more ranks"
      } else {
        "start more ranks there"
      }
    return "\(load(ranks)) on \(host) use \(demand) of \(Int(allowed)) cores; \(remedy)"
  }

  private static func load(_ ranks: [RankPlace]) -> String {
    let threads = ranks.map(\.threads).max() ?? 1
    return "\(count(ranks.count, "rank")) x \(count(threads, "thread"))"
  }

  private static func most(_ cores: Int, _ ranks: [RankPlace]) -> String {
    ranks.count > max(1, cores)
      ? "at most \(count(max(1, cores), "rank"))"
      : "them with at most \(count(max(1, cores / ranks.count), "thread")) each (--threads)"
  }

  private static func count(_ number: Int, _ thing: String) -> String {
    "\(number) \(thing)\(number == 1 ? "" : "s")"
  }

  private static func short(_ number: Double) -> String {
    number == number.rounded() ? String(Int(number)) : String((number * 10).rounded() / 10)
  }
}
