import Communication

/// Tells the watchdog and a benchmark's clock where a step is.
final class StepProbe {
  let watchdog: Watchdog
  /// Records where the time of steps goes, for benchmarks.
  var clock: StepClock?
  private let communicator: any Communicator
  private var step = 0

  private static let waitingPhase: StaticString = "waiting for the other ranks"
  private static let computingPhase: StaticString = "computing"

  init(watchdog: Watchdog, communicator: any Communicator) {
    self.watchdog = watchdog
    self.communicator = communicator
  }

  /// Begins a step.
  func begin(step: Int) {
    self.step = step
    computes()
    clock?.begin(communicator.time)
  }

  /// Ends a part of the step.
  func end(_ part: StepClock.Part) { clock?.end(part, communicator.time) }

  /// The rank is about to wait for others.
  func waits() { watchdog.beat(step: step, phase: Self.waitingPhase, isWaiting: true) }

  /// The rank has work of its own.
  func computes() { watchdog.beat(step: step, phase: Self.computingPhase) }

  /// Ends the step.
  func endStep() { clock?.endStep() }
}
