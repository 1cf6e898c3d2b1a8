import CAllocationCounter
import CMPI
import Communication
import Foundation
import Testing

/// What one rank of an MPI job checks: the launch tests start this test bundle as several ranks.
@Suite(
  .enabled(
    if: ProcessInfo.processInfo.environment["CAE_TEST_RANKS"] != nil,
    "runs as ranks under mpirun, where the launch tests start it"))
struct MPIRankTests {
  // One test: MPI starts once in a process.
  @Test("Every rank gets what it should, and takes no memory of its own for it")
  func parts() throws {
    let communicator = try MPICommunicator.start()
    do {
      let promised = ProcessInfo.processInfo.environment["CAE_TEST_RANKS"]
      #expect("\(communicator.size)" == promised)
      try delivers(communicator)
      try delivers(try communicator.split(color: communicator.rank % 2, key: -communicator.rank))
      try takesNoMemory(communicator)
      try communicator.finalize()
    } catch {
      print("rank \(communicator.rank): \(error)")
      communicator.abort(code: 1)
    }
    print("rank \(communicator.rank) of \(communicator.size) is done")
  }

  private func delivers(_ communicator: any Communicator) throws {
    let (rank, ranks) = (communicator.rank, communicator.size)
    for round in 0..<3 {
      for pattern in PartsPattern.all {
        let exchanged = try pattern.exchange(communicator)
        #expect(
          exchanged == pattern.exchanged(rank: rank, ranks: ranks),
          "exchange, \(pattern.name), rank \(rank) of \(ranks), round \(round)")
        let gathered = try pattern.allGather(communicator)
        #expect(
          gathered == pattern.gathered(ranks: ranks),
          "all-gather, \(pattern.name), rank \(rank) of \(ranks), round \(round)")
      }
    }
  }

  /// The library itself may take memory: the same calls are made to it directly, and take as much.
  private func takesNoMemory(_ communicator: MPICommunicator) throws {
    let (rank, ranks) = (communicator.rank, communicator.size)
    // As long both ways.
    let parts = PartLengths((0..<ranks).map { (rank + $0) % 3 * 100 })
    let gatheredParts = PartLengths((0..<ranks).map { $0 % 3 * 100 + 1 })
    let sent = [Float](repeating: 1, count: parts.count)
    var received = [Float](repeating: 0, count: parts.count)
    var gathered = [Float](repeating: 1, count: gatheredParts.count)
    var world: OpaquePointer?
    #expect(cmpi_world(&world) == 0)
    let lengths = Int32Lengths(parts)
    let gatheredLengths = Int32Lengths(gatheredParts)

    var (ours, direct) = (UInt.max, UInt.max)
    // The first calls make the library ready; later ones, too, may let a pool grow.
    for _ in 0..<10 {
      var before = callocation_count()
      for _ in 0..<20 {
        try communicator.exchange(sent, parts, into: &received, parts)
        try communicator.allGather(&gathered, gatheredParts)
      }
      ours = min(ours, callocation_count() - before)
      before = callocation_count()
      for _ in 0..<20 {
        _ = cmpi_alltoallv(
          world, sent, lengths.counts, lengths.offsets, &received, lengths.counts, lengths.offsets)
        _ = cmpi_allgatherv(world, &gathered, gatheredLengths.counts, gatheredLengths.offsets)
      }
      direct = min(direct, callocation_count() - before)
    }
    #expect(ours == direct, "rank \(rank)")
    #expect(received == sent)
    #expect(cmpi_free(world) == 0)
  }
}

/// Lengths as the C functions take them.
private struct Int32Lengths {
  let counts: [Int32]
  let offsets: [Int32]

  init(_ parts: PartLengths) {
    counts = (0..<parts.partCount).map { Int32(parts[$0].count) }
    offsets = (0..<parts.partCount).map { Int32(parts[$0].lowerBound) }
  }
}
