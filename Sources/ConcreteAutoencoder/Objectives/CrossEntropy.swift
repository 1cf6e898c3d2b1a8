import CVectorMath
import LinearAlgebra

// `Objective` documents each.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
/// The row's class, by softmax cross-entropy.
package struct CrossEntropy: Objective {
  package let task = "classify"
  package let purpose = "find the row's label"
  package let target = TargetKind.classes
  package let lossName = "cross_entropy"

  /// The objective.
  package init() {}

  package func weight(rows: Int, outputs: Int) -> Int { rows }

  package func differentiate<Scalar: Real>(
    _ output: MatrixView<Scalar>, bias: UnsafePointer<Scalar>, target: TargetBlock<Scalar>, scale: Double
  ) -> LossSums {
    guard case .classes(let codes) = target else { preconditionFailure("\(task) compares classes") }
    var sums = LossSums(weight: Double(output.rows))
    let loop = Scalar.loop(cvm_cross_entropy_f32, cvm_cross_entropy_f64)
    var correct = 0
    sums.loss = loop(output.base, bias, codes, output.rows, output.columns, scale, &correct)
    sums.correct = Double(correct)
    return sums
  }

  package func metrics(of sums: LossSums) -> [Metric] {
    [
      Metric(lossName, sums.mean),
      Metric("accuracy", sums.weight > 0 ? sums.correct / sums.weight : 0),
    ]
  }
}
