import Communication
import RunSettings

/// The control values of an epoch's steps: rank 0 works them out, the others receive them in one broadcast.
final class ControlBoard {
  private var controls: UnsafeMutableBufferPointer<StepControl>
  private var epoch: Int?

  init(stepsPerEpoch: Int) {
    controls = .allocate(capacity: stepsPerEpoch)
    controls.initialize(repeating: StepControl(temperature: 0, decoderRate: 0, selectorRate: 0))
  }

  deinit { controls.deallocate() }

  /// Makes the values of an epoch (from 0) current; every rank must call.
  func prepare(epoch: Int, plan: RunPlan, communicator: any Communicator) throws {
    guard epoch != self.epoch else { return }
    if communicator.isRoot {
      for index in controls.indices {
        controls[index] = plan.control(step: epoch * plan.stepsPerEpoch + index)
      }
    }
    try communicator.broadcast(UnsafeMutableRawBufferPointer(controls), root: 0)
    self.epoch = epoch
  }

  /// The values of a step of the current epoch.
  subscript(stepInEpoch: Int) -> StepControl { controls[stepInEpoch] }
}
