import LinearAlgebra

/// What a model is trained for: what its outputs are compared with, by which loss, and how that is called.
///
/// An objective keeps nothing, and knows neither of missing values nor of weights (`CountedTerms` does): outputs, targets and sums are handed in and out, block of rows by block. A new one is a type
/// in a file of its own, its loop in `losses.inc`, and its place in `LearningTask.allCases`.
package protocol Objective: Sendable {
  /// The name that `--task` and files give it.
  var task: String { get }
  /// What it makes a model do, for the help.
  var purpose: String { get }
  /// What the outputs are compared with; it says how many there are.
  var target: TargetKind { get }
  /// What the mean loss is called in metrics and evaluations.
  var lossName: String { get }

  /// Whether a linear decoder's best weights are those of a least squares regression.
  var isLeastSquares: Bool { get }

  /// Terms that the mean loss of `rows` rows of `outputs` outputs is taken over, if none of them is missing.
  ///
  /// A batch's gradient is scaled by one over this, which every rank knows before the step. Where terms are left out or
  /// weighted, the summed gradient is scaled by the ratio of this to the weight that was counted, before the update.
  func weight(rows: Int, outputs: Int) -> Int

  /// Replaces a block's outputs, [rows, outputs] without their bias, by `scale` times the gradient of its summed loss,
  /// and returns its sums.
  func differentiate<Scalar: Real>(
    _ output: MatrixView<Scalar>, bias: UnsafePointer<Scalar>, target: TargetBlock<Scalar>, scale: Double
  ) -> LossSums

  /// What an evaluation tells from its sums, the mean loss first.
  func metrics(of sums: LossSums) -> [Metric]
}

extension Objective {
  /// No.
  package var isLeastSquares: Bool { false }

  /// The mean loss alone.
  package func metrics(of sums: LossSums) -> [Metric] { [Metric(lossName, sums.mean)] }
}

/// What outputs are compared with.
package enum TargetKind: Sendable {
  /// The row's own features: as many outputs, in their order.
  case features
  /// One of the row's classes: an output for each.
  case classes
  /// A number that belongs to the row: one output.
  case values

  /// Whether a model of `features` features can have so many outputs.
  package func allows(outputs: Int, features: Int) -> Bool {
    switch self {
    case .features: outputs == features
    case .classes: true
    case .values: outputs == 1
    }
  }
}

/// What a block of rows is compared with.
package enum TargetBlock<Scalar: Real> {
  /// Numbers, [rows, outputs].
  case values(MatrixView<Scalar>)
  /// A class a row, from 0.
  case classes(UnsafePointer<Int32>)
}

/// A named number.
public struct Metric: Sendable, Equatable {
  /// What it is called, in lower case with underscores.
  public var name: String
  /// The number.
  public var value: Double

  /// Names a number.
  package init(_ name: String, _ value: Double) {
    self.name = name
    self.value = value
  }
}
