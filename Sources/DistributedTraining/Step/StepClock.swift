/// Where the time of each step goes, on one rank; room is made before the first step.
package final class StepClock {
  /// The parts of a step, in their order.
  package enum Part: Int, CaseIterable, Sendable {
    /// The rows of this rank's slice, converted to floats.
    case batch
    /// Drawing the selection where it was not drawn ahead (the first step of an epoch).
    case firstSelection
    /// Products and elementwise work, forward and backward.
    case gradient
    /// Waiting for the other ranks, and adding up this rank's shard.
    case exchange
    /// Adam on this rank's shard.
    case optimizer
    /// Noise and softmax of the next step's selection, this rank's shard.
    case selection
    /// Waiting for the others of the node: within the gradient where they divide features, and until all have updated
    /// their shares.
    case barrier
  }

  /// Seconds of each step and part, [steps, parts].
  private(set) var seconds: [Double]
  private var last = 0.0
  package private(set) var steps = 0

  /// Room for `capacity` steps; later ones are not recorded.
  package init(capacity: Int) {
    seconds = Array(repeating: 0, count: capacity * Part.allCases.count)
  }

  func begin(_ time: Double) { last = time }

  /// Ends a part of the current step.
  func end(_ part: Part, _ time: Double) {
    let index = steps * Part.allCases.count + part.rawValue
    if index < seconds.count { seconds[index] += time - last }
    last = time
  }

  func endStep() { steps += 1 }

  /// The seconds of a part over the recorded steps from `first` on.
  package func values(of part: Part, from first: Int) -> [Double] {
    (first..<min(steps, seconds.count / Part.allCases.count)).map {
      seconds[$0 * Part.allCases.count + part.rawValue]
    }
  }

  /// The seconds of whole steps from `first` on.
  package func totals(from first: Int) -> [Double] {
    (first..<min(steps, seconds.count / Part.allCases.count)).map { step in
      Part.allCases.reduce(0) { $0 + seconds[step * Part.allCases.count + $1.rawValue] }
    }
  }
}
