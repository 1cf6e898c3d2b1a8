import CAllocationCounter
import Communication
import ConcreteAutoencoder
import DistributedTraining
import Testing

/// A step takes no memory from the heap.
@Suite struct StepAllocationTests {
  /// Notes the calling thread's count of allocations after every step, without allocating.
  private final class AllocationObserver: TrainingObserver {
    let counts: UnsafeMutableBufferPointer<UInt>
    init(steps: Int) {
      counts = .allocate(capacity: steps + 1)
      counts.initialize(repeating: 0)
    }
    deinit { counts.deallocate() }
    func didStep(_ progress: StepProgress) { counts[progress.step] = callocation_count() }
    func didRecord(_ record: MetricsRecord) {}
    func snapshot(epoch: Int, model: Autoencoder<Float>, validationLoss: Double?) throws {}
  }

  /// OpenBLAS's kernels for small products take memory of their own accord for rows that no vector divides, such as K = 50
  /// or vectors of 5 numbers: not what is counted here.
  private static let variants = TrainingCase.variants.map { problem in
    problem.with { if $0.selector.parametrization == .indirect { $0.selector.indirectSize = 64 } }
  }

  @Test("the counter sees what Swift allocates")
  func counterSees() {
    let before = callocation_count()
    let array = Array(repeating: before, count: Int(before % 7) + 3)
    #expect(callocation_count() > before, "\(array.count)")
  }

  @Test(
    "no allocation in a step of ranks that divide features",
    arguments: variants.filter(\.canBeDivided).map { $0.divided() })
  func noAllocationInTeam(_ problem: TrainingCase) throws {
    let problem = problem.with { $0.output.logEvery = 1_000_000 }
    let plan = try problem.plan
    let steps = try InProcessWorld.run(ranks: 2) { communicator in
      let observer = AllocationObserver(steps: plan.totalSteps)
      _ = try problem.trainer(communicator, observer: observer).run()
      return (2...plan.totalSteps).filter { ($0 - 1) % plan.stepsPerEpoch != 0 }
        .map { observer.counts[$0] - observer.counts[$0 - 1] }
    }
    for counts in steps { #expect(counts.allSatisfy { $0 == 0 } && !counts.isEmpty, "\(counts)") }
  }

  @Test("no allocation in a step", arguments: variants)
  func noAllocation(_ problem: TrainingCase) throws {
    let problem = problem.with { $0.output.logEvery = 1_000_000 }
    let plan = try problem.plan
    let observer = AllocationObserver(steps: plan.totalSteps)
    _ = try problem.trainer(LocalCommunicator(), observer: observer).run()
    var steps = 0
    for step in 2...plan.totalSteps where (step - 1) % plan.stepsPerEpoch != 0 {
      // From the end of the step before to the end of this one; the first of an epoch orders the rows.
      let taken = observer.counts[step] - observer.counts[step - 1]
      #expect(taken == 0, "step \(step)")
      steps += 1
    }
    #expect(steps >= plan.totalSteps / 2)
  }
}
