import CVectorMath
import LinearAlgebra

// `Objective` documents each.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
/// All features of the row, by mean squared error.
public struct SquaredError: Objective {
  public let task = "reconstruct"
  public let purpose = "rebuild all features"
  public let target = TargetKind.features
  public let lossName = "mse"
  public let isLeastSquares = true

  /// The objective.
  public init() {}

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
