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

  /// The values of a step; the first call of an epoch broadcasts, and every rank must make it.
  func control(step: Int, plan: RunPlan, communicator: any Communicator) throws -> StepControl {
    let epoch = step / plan.stepsPerEpoch
    if epoch != self.epoch {
      if communicator.isRoot {
        for index in controls.indices {
          controls[index] = plan.control(step: epoch * plan.stepsPerEpoch + index)
        }
      }
      try communicator.broadcast(UnsafeMutableRawBufferPointer(controls), root: 0)
      self.epoch = epoch
    }
    return controls[step % plan.stepsPerEpoch]
  }
}
