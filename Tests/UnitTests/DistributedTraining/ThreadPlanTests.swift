import Foundation
import RankSetup
import Testing

@Suite struct ThreadPlanTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    var explicit = 0
    var environment: [String: String] = [:]
    var mask = "ff"
    var online = 64
    var quota: Double?
    var sharing = 1
    var nodeRanks = 1
    let threads: Int
    let reason: String
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "alone on a node", threads: 8, reason: "cores of the rank"),
    Case(
      name: "a mask of cores that are not there", mask: "ffff", online: 6, threads: 6,
      reason: "cores of the rank"),
    Case(name: "two ranks share all cores", sharing: 2, nodeRanks: 2, threads: 4, reason: "ranks that share"),
    Case(
      name: "three ranks, a core left over", sharing: 3, nodeRanks: 3, threads: 2, reason: "ranks that share"),
    Case(name: "more ranks than cores", sharing: 9, nodeRanks: 9, threads: 1, reason: "ranks that share"),
    Case(name: "bound to cores of its own", mask: "3", nodeRanks: 4, threads: 2, reason: "cores of the rank"),
    Case(
      name: "two of four ranks on one socket", mask: "f0", sharing: 2, nodeRanks: 4, threads: 2,
      reason: "ranks that share"),
    Case(
      name: "a mask over many cores", mask: "ffffffff,00000000,0000000f", sharing: 2, threads: 18,
      reason: "ranks that share"),
    Case(name: "a quota", quota: 2.5, threads: 2, reason: "quota"),
    Case(name: "a quota for several ranks", quota: 4, sharing: 2, nodeRanks: 2, threads: 2, reason: "quota"),
    Case(name: "a quota under one core", quota: 0.5, threads: 1, reason: "quota"),
    Case(name: "a quota above the mask", mask: "3", quota: 6, threads: 2, reason: "cores of the rank"),
    Case(
      name: "an option", explicit: 3, environment: ["OPENBLAS_NUM_THREADS": "5"], threads: 3,
      reason: "--threads"),
    Case(
      name: "the environment", environment: ["OPENBLAS_NUM_THREADS": "5", "OMP_NUM_THREADS": "6"], sharing: 4,
      threads: 5, reason: "OPENBLAS_NUM_THREADS"),
    Case(
      name: "OpenMP's variable", environment: ["OMP_NUM_THREADS": "6"], threads: 6, reason: "OMP_NUM_THREADS"),
    Case(
      name: "variables that mean nothing",
      environment: ["OPENBLAS_NUM_THREADS": "0", "OMP_NUM_THREADS": "4,2"],
      threads: 8, reason: "cores of the rank"),
  ]

  @Test("threads of a rank", arguments: cases)
  func threads(_ test: Case) {
    let plan = ThreadPlan(
      explicit: test.explicit, environment: test.environment,
      cores: AvailableCores(mask: test.mask, online: test.online, quota: test.quota),
      sharingRanks: test.sharing,
      nodeRanks: test.nodeRanks)
    #expect(plan.threads == test.threads)
    #expect(plan.reason.contains(test.reason), "\(plan.reason)")
  }

  @Test("this process has cores")
  func ofProcess() {
    let cores = AvailableCores.ofProcess()
    #expect(cores.count >= 1 && cores.count <= 4096)
    #expect(cores.quota.map { $0 > 0 } ?? true)
  }

  @Test("the smallest quota from the root down to the group holds")
  func quotas() throws {
    let folder = try TemporaryDirectory()
    func make(_ group: String, _ text: String?) throws {
      try FileManager.default.createDirectory(atPath: folder.file(group), withIntermediateDirectories: true)
      if let text { try folder.write(Array(text.utf8), as: "\(group)/cpu.max") }
    }
    try make("a/b/c", "max 100000\n")
    try make("a/b", "150000 100000\n")
    try make("a", "400000 100000\n")
    try make("other", "damaged")
    let expected: [(String, Double?)] = [
      ("", nil), ("a", 4), ("a/b", 1.5), ("a/b/c", 1.5), ("other", nil), ("no", nil),
    ]
    for (group, quota) in expected {
      #expect(AvailableCores.quota(root: folder.path, group: group) == quota, "\(group)")
    }
  }
}
