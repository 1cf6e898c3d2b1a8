import CounterRandom

/// A loss over numbers: replaces outputs [rows, columns], which lack their bias, by scale times its gradient, and returns
/// its sum. Outputs, bias, target [rows, columns], rows, columns, scale.
package typealias ValueLoss<Scalar> = (
  UnsafeMutablePointer<Scalar>?, UnsafePointer<Scalar>?, UnsafePointer<Scalar>?, Int, Int, Double
) -> Double

/// The same over a class a row: outputs, bias, classes [rows], rows, columns, scale, and where rows are counted whose largest
/// output is that of their class.
package typealias ClassLoss<Scalar> = (
  UnsafeMutablePointer<Scalar>?, UnsafePointer<Scalar>?, UnsafePointer<Int32>?, Int, Int, Double,
  UnsafeMutablePointer<Int>?
) -> Double

/// A floating-point type that the model computes in: the vector loops and the matrix product exist for it.
///
/// Training uses `Float`; `Double` runs the same code to check gradients. Matrices are row-major and dense.
package protocol Real: BinaryFloatingPoint, Sendable {
  /// C[m, n] = op(A) op(B) + beta C, with op(A) of [m, k] and op(B) of [k, n] (BLAS gemm).
  static func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int,
    a: UnsafePointer<Self>, lda: Int, b: UnsafePointer<Self>, ldb: Int,
    beta: Self, c: UnsafeMutablePointer<Self>, ldc: Int)

  /// Fills `out` with the standard Gumbel draws `first ..< first + count` of `stream`.
  static func gumbel(
    out: UnsafeMutablePointer<Self>, first: Int, count: Int, stream: RandomStream
  )

  /// Fills `out` with uniform draws from (low, high).
  static func uniform(
    out: UnsafeMutablePointer<Self>, count: Int, low: Self, high: Self, stream: RandomStream
  )

  /// Fills `out` with 0 (with the given probability) or 1 / (1 - probability).
  static func dropoutMask(
    out: UnsafeMutablePointer<Self>, count: Int, probability: Self, stream: RandomStream
  )

  /// Replaces `noise` by exp((logits + noise - `largest`) / T), with the largest of the sums, and gives that and the sum
  /// of the results: what a softmax over more than these `count` (above 0) is made from.
  static func perturbedExponentials(
    noise: UnsafeMutablePointer<Self>, logits: UnsafePointer<Self>, count: Int, inverseTemperature: Self,
    largest: UnsafeMutablePointer<Self>, sum: UnsafeMutablePointer<Self>
  )

  /// Fills `row` with exp((logits + draws - `largest`) / T), with the standard Gumbel draws `first ..< first + count` of
  /// `stream`: what `perturbedExponentials` makes of them, but sparse where few entries are at least exp(-`reach`).
  ///
  /// A sparse row holds -(c + 1), the c columns that it has entries for, their c values, and places that mean nothing. An
  /// entry is never negative, so the first place tells.
  static func sampleExponentials(
    row: UnsafeMutablePointer<Self>, logits: UnsafePointer<Self>, first: Int, count: Int,
    stream: RandomStream,
    inverseTemperature: Self, reach: Self, largest: UnsafeMutablePointer<Self>,
    sum: UnsafeMutablePointer<Self>
  )

  /// The sum of `a` times the entries of a dense or sparse row of `count` places.
  static func sampleDot(a: UnsafePointer<Self>, row: UnsafePointer<Self>, count: Int) -> Self

  /// Multiplies every entry of a dense or sparse row of `count` places by `factor`.
  static func scaleSample(row: UnsafeMutablePointer<Self>, count: Int, factor: Self)

  /// out[r * stride] = the sum of a sparse row's entries times their columns of x[r], for rows x[rows, columns].
  static func sparseSelect(
    out: UnsafeMutablePointer<Self>, stride: Int, x: UnsafePointer<Self>, rows: Int, columns: Int,
    sparse: UnsafePointer<Self>
  )

  /// The places of `gradient` that a sparse row has entries for, one after the other.
  static func sparseTake(
    out: UnsafeMutablePointer<Self>, gradient: UnsafePointer<Self>, sparse: UnsafePointer<Self>
  )

  /// The gradient of a sparse row's entries from that of its selection, `outputGradient`[r * stride]: in their places of
  /// `gradient` [columns], where all others are 0; added to `before`, where that is given as by `sparseTake`.
  static func sparseGradient(
    gradient: UnsafeMutablePointer<Self>, before: UnsafePointer<Self>?, outputGradient: UnsafePointer<Self>,
    stride: Int,
    x: UnsafePointer<Self>, rows: Int, columns: Int, sparse: UnsafePointer<Self>
  )

  /// Makes each row of `part` [rows, columns], dense or sparse, a part of one softmax over `count`
  /// parts, of which it is number `own`.
  ///
  /// For part p and row r `parts[p * stride + r]` is the largest value (-infinity in a part without columns) and
  /// `parts[p * stride + rows + r]` the sum. Entries below exp(-`reach`) are then left out of a sparse
  /// row, and of a dense one if few are not: it is a sparse one then.
  static func joinSoftmax(
    part: UnsafeMutablePointer<Self>, rows: Int, columns: Int, parts: UnsafePointer<Self>, stride: Int,
    count: Int, own: Int, inverseTemperature: Self, reach: Self
  )

  /// out = log softmax(logits).
  static func logSoftmax(
    out: UnsafeMutablePointer<Self>, logits: UnsafePointer<Self>, count: Int
  )

  /// Replaces the gradient of a softmax's output, a dense or sparse row of `count` places, by `scale` times that of its
  /// input, where the row has entries; `dot` is the sum of gradient * output.
  static func softmaxBackward(
    gradient: UnsafeMutablePointer<Self>, output: UnsafePointer<Self>, dot: Self, count: Int, scale: Self
  )

  /// Adds `scale` times the gradient of a softmax's input, from that of its output, a dense or sparse row, to `gradient`.
  static func softmaxBackwardAdd(
    gradient: UnsafeMutablePointer<Self>, outputGradient: UnsafePointer<Self>, output: UnsafePointer<Self>,
    count: Int, scale: Self
  )

  /// The sum of a * b.
  static func dot(
    a: UnsafePointer<Self>, b: UnsafePointer<Self>, count: Int
  ) -> Self

  /// x[rows, columns] += bias.
  static func addBias(
    x: UnsafeMutablePointer<Self>, bias: UnsafePointer<Self>, rows: Int, columns: Int
  )

  /// x[rows, columns] = LeakyReLU(x + bias).
  static func biasLeaky(
    x: UnsafeMutablePointer<Self>, bias: UnsafePointer<Self>, rows: Int, columns: Int, slope: Self
  )

  /// x = LeakyReLU(x).
  static func leaky(
    x: UnsafeMutablePointer<Self>, count: Int, slope: Self
  )

  /// Takes a gradient back through LeakyReLU with output `activated`.
  static func leakyBackward(
    gradient: UnsafeMutablePointer<Self>, activated: UnsafePointer<Self>, count: Int, slope: Self
  )

  /// x *= mask, elementwise.
  static func multiply(
    x: UnsafeMutablePointer<Self>, mask: UnsafePointer<Self>, count: Int
  )

  /// out = a * b, elementwise.
  static func product(
    out: UnsafeMutablePointer<Self>, a: UnsafePointer<Self>, b: UnsafePointer<Self>, count: Int
  )

  /// x += scale * y.
  static func addScaled(
    x: UnsafeMutablePointer<Self>, y: UnsafePointer<Self>, count: Int, scale: Self
  )

  /// out = the sum of elements `offset ..< offset + count` of each of `sources`, added as `program` says; `out` may be
  /// where one of them lies. Returns whether every sum is finite.
  static func sum(
    out: UnsafeMutablePointer<Self>, sources: UnsafePointer<UnsafePointer<Self>?>, offset: Int,
    program: SumProgram, count: Int
  ) -> Bool

  /// out[columns] = sum over the rows of x[rows, columns].
  static func columnSums(
    out: UnsafeMutablePointer<Self>, x: UnsafePointer<Self>, rows: Int, columns: Int
  )

  /// Whichever of a loss's two loops is for this type.
  static func loop(_ single: @escaping ValueLoss<Float>, _ double: @escaping ValueLoss<Double>) -> ValueLoss<
    Self
  >

  /// Whichever of a loss's two loops is for this type.
  static func loop(_ single: @escaping ClassLoss<Float>, _ double: @escaping ClassLoss<Double>) -> ClassLoss<
    Self
  >

  /// The sum of x, in double precision.
  static func sum(
    x: UnsafePointer<Self>, count: Int
  ) -> Double

  /// The largest of x and, in `index`, the first place where it stands.
  static func max(
    x: UnsafePointer<Self>, count: Int, index: inout Int
  ) -> Self

  /// Layer normalisation of each row of x[rows, columns]; keeps what the backward pass needs.
  static func layerNorm(
    x: UnsafeMutablePointer<Self>, normalized: UnsafeMutablePointer<Self>,
    inverseDeviation: UnsafeMutablePointer<Self>, gain: UnsafePointer<Self>, shift: UnsafePointer<Self>,
    rows: Int, columns: Int, epsilon: Self
  )

  /// Takes a gradient back through `layerNorm`.
  static func layerNormBackward(
    gradient: UnsafeMutablePointer<Self>, normalized: UnsafePointer<Self>,
    inverseDeviation: UnsafePointer<Self>, gain: UnsafePointer<Self>, rows: Int, columns: Int
  )

  /// out[rows, selected] = x[rows, columns] at the given columns; 0 for a column that x does not have.
  static func gatherColumns(
    out: UnsafeMutablePointer<Self>, x: UnsafePointer<Self>, indices: UnsafePointer<UInt32>, rows: Int,
    columns: Int, selected: Int
  )

  /// out[columns] = log of the mean over rows of exp(x[rows, columns]).
  static func logMeanExp(
    out: UnsafeMutablePointer<Self>, scratch: UnsafeMutablePointer<Self>, x: UnsafePointer<Self>, rows: Int,
    columns: Int
  )

  /// KL(p || m); adds scale times its gradient in p's logits (m held) at the places of `part` to `gradient`.
  static func divergence(
    gradient: UnsafeMutablePointer<Self>?, logP: UnsafePointer<Self>, logM: UnsafePointer<Self>, count: Int,
    part: Range<Int>, scale: Self
  ) -> Double

  /// One Adam update of `count` parameters.
  static func adam(
    parameters: UnsafeMutablePointer<Self>, gradient: UnsafePointer<Self>, first: UnsafeMutablePointer<Self>,
    second: UnsafeMutablePointer<Self>, count: Int, stepSize: Self, inverseCorrection: Self, beta1: Double,
    beta2: Double, epsilon: Self
  )

  /// out = factor * bytes.
  static func scale(out: UnsafeMutablePointer<Self>, bytes: UnsafePointer<UInt8>, count: Int, factor: Self)

  /// out = (bytes - offset) * scale, elementwise.
  static func scale(
    out: UnsafeMutablePointer<Self>, bytes: UnsafePointer<UInt8>, count: Int, offset: UnsafePointer<Self>,
    scale: UnsafePointer<Self>)

  /// out = (x - offset) * scale, elementwise, with `fill` in the place of an x that is NaN.
  static func scale(
    out: UnsafeMutablePointer<Self>, x: UnsafePointer<Float>, count: Int, offset: UnsafePointer<Self>,
    scale: UnsafePointer<Self>, fill: UnsafePointer<Self>)

  /// Writes 1 where `x` is a number and 0 where it is NaN, and puts `fill` in the place of NaN.
  static func fillMissing(
    x: UnsafeMutablePointer<Self>, observed: UnsafeMutablePointer<UInt8>, count: Int,
    fill: UnsafePointer<Self>)

  /// Moves those of `count` values where `chosen` is 1, not 0, to the front of `out` [count]; returns how many there are.
  static func pack(
    out: UnsafeMutablePointer<Self>, x: UnsafePointer<Self>, chosen: UnsafePointer<UInt8>, count: Int
  ) -> Int

  /// Puts packed values back into their places among `count`, and 0 into the others.
  static func unpack(
    out: UnsafeMutablePointer<Self>, packed: UnsafePointer<Self>, chosen: UnsafePointer<UInt8>, count: Int)

  /// Whether no element is NaN or infinite.
  static func allFinite(
    x: UnsafePointer<Self>, count: Int
  ) -> Bool
}

extension Real {
  /// Fills `out` with the first standard Gumbel draws of `stream`.
  package static func gumbel(out: UnsafeMutablePointer<Self>, count: Int, stream: RandomStream) {
    gumbel(out: out, first: 0, count: count, stream: stream)
  }
}
