import CVectorMath
import LinearAlgebra

// `Objective` documents each.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
/// Numbers by mean squared error: all features of the row, or a number that belongs to it.
package struct SquaredError: Objective {
  package let task: String
  package let purpose: String
  package let target: TargetKind
  package let lossName = "mse"
  package let isLeastSquares = true

  /// The objective of all features.
  package static let features = SquaredError(
    task: "reconstruct", purpose: "rebuild all features", target: .features)
  /// The objective of the row's number.
  package static let values = SquaredError(
    task: "regress", purpose: "predict the number that labels the row", target: .values)

  package func weight(rows: Int, outputs: Int) -> Int { rows * outputs }

  package func differentiate<Scalar: Real>(
    _ output: MatrixView<Scalar>, bias: UnsafePointer<Scalar>, target: TargetBlock<Scalar>, scale: Double
  ) -> LossSums {
    guard case .values(let target) = target else { preconditionFailure("\(task) compares numbers") }
    let loop = Scalar.loop(cvm_squared_error_f32, cvm_squared_error_f64)
    let loss = loop(output.base, bias, target.base, output.rows, output.columns, scale)
    return LossSums(loss: loss, weight: Double(weight(rows: output.rows, outputs: output.columns)))
  }
}
