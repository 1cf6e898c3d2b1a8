import CVectorMath
import LinearAlgebra

// `Objective` documents each.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
/// Numbers by mean squared error: all features of the row, or a number that belongs to it.
public struct SquaredError: Objective {
  public let task: String
  public let purpose: String
  public let target: TargetKind
  public let lossName = "mse"
  public let isLeastSquares = true

  /// The objective of all features.
  public static let features = SquaredError(
    task: "reconstruct", purpose: "rebuild all features", target: .features)
  /// The objective of the row's number.
  public static let values = SquaredError(
    task: "regress", purpose: "predict the number that labels the row", target: .values)

  public func weight(rows: Int, outputs: Int) -> Int { rows * outputs }

  public func differentiate<Scalar: Real>(
    _ output: MatrixView<Scalar>, bias: UnsafePointer<Scalar>, target: TargetBlock<Scalar>, scale: Double
  ) -> LossSums {
    guard case .values(let target) = target else { preconditionFailure("\(task) compares numbers") }
    let loop = Scalar.loop(cvm_squared_error_f32, cvm_squared_error_f64)
    let loss = loop(output.base, bias, target.base, output.rows, output.columns, scale)
    return LossSums(loss: loss, weight: Double(weight(rows: output.rows, outputs: output.columns)))
  }
}
