import CVectorMath
import CounterRandom

// Forwards to the vector loops; `Real` documents each.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: Real {
  package static func gumbel(
    out: UnsafeMutablePointer<Double>, first: Int, count: Int, stream: RandomStream
  ) {
    cvm_gumbel_f64(out, first, count, stream.cStream)
  }

  package static func uniform(
    out: UnsafeMutablePointer<Double>, count: Int, low: Double, high: Double, stream: RandomStream
  ) {
    cvm_uniform_f64(out, count, low, high, stream.cStream)
  }

  package static func dropoutMask(
    out: UnsafeMutablePointer<Double>, count: Int, probability: Double, stream: RandomStream
  ) {
    cvm_dropout_mask_f64(out, count, probability, stream.cStream)
  }

  package static func perturbedExponentials(
    noise: UnsafeMutablePointer<Double>, logits: UnsafePointer<Double>, count: Int,
    inverseTemperature: Double,
    largest: UnsafeMutablePointer<Double>, sum: UnsafeMutablePointer<Double>
  ) {
    cvm_perturbed_exp_f64(noise, logits, count, inverseTemperature, largest, sum)
  }

  package static func sampleExponentials(
    row: UnsafeMutablePointer<Double>, logits: UnsafePointer<Double>, first: Int, count: Int,
    stream: RandomStream,
    inverseTemperature: Double, reach: Double, largest: UnsafeMutablePointer<Double>,
    sum: UnsafeMutablePointer<Double>
  ) {
    cvm_sample_exp_f64(row, logits, first, count, stream.cStream, inverseTemperature, reach, largest, sum)
  }

  package static func sampleDot(a: UnsafePointer<Double>, row: UnsafePointer<Double>, count: Int) -> Double {
    cvm_sample_dot_f64(a, row, count)
  }

  package static func scaleSample(row: UnsafeMutablePointer<Double>, count: Int, factor: Double) {
    cvm_scale_sample_f64(row, count, factor)
  }

  package static func sparseSelect(
    out: UnsafeMutablePointer<Double>, stride: Int, x: UnsafePointer<Double>, rows: Int, columns: Int,
    sparse: UnsafePointer<Double>
  ) {
    cvm_sparse_select_f64(out, stride, x, rows, columns, sparse)
  }

  package static func sparseTake(
    out: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>, sparse: UnsafePointer<Double>
  ) {
    cvm_sparse_take_f64(out, gradient, sparse)
  }

  package static func sparseGradient(
    gradient: UnsafeMutablePointer<Double>, before: UnsafePointer<Double>?,
    outputGradient: UnsafePointer<Double>, stride: Int,
    x: UnsafePointer<Double>, rows: Int, columns: Int, sparse: UnsafePointer<Double>
  ) {
    cvm_sparse_gradient_f64(gradient, before, outputGradient, stride, x, rows, columns, sparse)
  }

  package static func softmaxBackward(
    gradient: UnsafeMutablePointer<Double>, output: UnsafePointer<Double>, dot: Double, count: Int,
    scale: Double
  ) {
    cvm_softmax_backward_f64(gradient, output, dot, count, scale)
  }

  package static func joinSoftmax(
    part: UnsafeMutablePointer<Double>, rows: Int, columns: Int, parts: UnsafePointer<Double>, stride: Int,
    count: Int, own: Int, inverseTemperature: Double, reach: Double
  ) {
    cvm_join_softmax_f64(part, rows, columns, parts, stride, count, own, inverseTemperature, reach)
  }

  package static func logSoftmax(
    out: UnsafeMutablePointer<Double>, logits: UnsafePointer<Double>, count: Int
  ) {
    cvm_log_softmax_f64(out, logits, count)
  }

  package static func softmaxBackwardAdd(
    gradient: UnsafeMutablePointer<Double>, outputGradient: UnsafePointer<Double>,
    output: UnsafePointer<Double>, count: Int, scale: Double
  ) {
    cvm_softmax_backward_add_f64(gradient, outputGradient, output, count, scale)
  }

  package static func dot(
    a: UnsafePointer<Double>, b: UnsafePointer<Double>, count: Int
  ) -> Double {
    cvm_dot_f64(a, b, count)
  }

  package static func addBias(
    x: UnsafeMutablePointer<Double>, bias: UnsafePointer<Double>, rows: Int, columns: Int
  ) {
    cvm_add_bias_f64(x, bias, rows, columns)
  }

  package static func biasLeaky(
    x: UnsafeMutablePointer<Double>, bias: UnsafePointer<Double>, rows: Int, columns: Int, slope: Double
  ) {
    cvm_bias_leaky_f64(x, bias, rows, columns, slope)
  }

  package static func leaky(
    x: UnsafeMutablePointer<Double>, count: Int, slope: Double
  ) {
    cvm_leaky_f64(x, count, slope)
  }

  package static func leakyBackward(
    gradient: UnsafeMutablePointer<Double>, activated: UnsafePointer<Double>, count: Int, slope: Double
  ) {
    cvm_leaky_backward_f64(gradient, activated, count, slope)
  }

  package static func multiply(
    x: UnsafeMutablePointer<Double>, mask: UnsafePointer<Double>, count: Int
  ) {
    cvm_multiply_f64(x, mask, count)
  }

  package static func product(
    out: UnsafeMutablePointer<Double>, a: UnsafePointer<Double>, b: UnsafePointer<Double>, count: Int
  ) {
    cvm_product_f64(out, a, b, count)
  }

  package static func addScaled(
    x: UnsafeMutablePointer<Double>, y: UnsafePointer<Double>, count: Int, scale: Double
  ) {
    cvm_add_scaled_f64(x, y, count, scale)
  }

  package static func sum(
    out: UnsafeMutablePointer<Double>, sources: UnsafePointer<UnsafePointer<Double>?>, offset: Int,
    program: SumProgram, count: Int
  ) -> Bool {
    cvm_sum_tree_f64(out, sources, offset, program.operations, program.operations.count, count) != 0
  }

  package static func columnSums(
    out: UnsafeMutablePointer<Double>, x: UnsafePointer<Double>, rows: Int, columns: Int
  ) {
    cvm_column_sums_f64(out, x, rows, columns)
  }

  package static func loop(_ single: @escaping ValueLoss<Float>, _ double: @escaping ValueLoss<Double>)
    -> ValueLoss<Double>
  {
    double
  }

  package static func loop(_ single: @escaping ClassLoss<Float>, _ double: @escaping ClassLoss<Double>)
    -> ClassLoss<Double>
  {
    double
  }

  package static func sum(
    x: UnsafePointer<Double>, count: Int
  ) -> Double {
    cvm_sum_f64(x, count)
  }

  package static func max(
    x: UnsafePointer<Double>, count: Int, index: inout Int
  ) -> Double {
    cvm_max_f64(x, count, &index)
  }

  package static func layerNorm(
    x: UnsafeMutablePointer<Double>, normalized: UnsafeMutablePointer<Double>,
    inverseDeviation: UnsafeMutablePointer<Double>, gain: UnsafePointer<Double>, shift: UnsafePointer<Double>,
    rows: Int, columns: Int, epsilon: Double
  ) {
    cvm_layer_norm_f64(x, normalized, inverseDeviation, gain, shift, rows, columns, epsilon)
  }

  package static func layerNormBackward(
    gradient: UnsafeMutablePointer<Double>, normalized: UnsafePointer<Double>,
    inverseDeviation: UnsafePointer<Double>, gain: UnsafePointer<Double>, rows: Int, columns: Int
  ) {
    cvm_layer_norm_backward_f64(gradient, normalized, inverseDeviation, gain, rows, columns)
  }

  package static func gatherColumns(
    out: UnsafeMutablePointer<Double>, x: UnsafePointer<Double>, indices: UnsafePointer<UInt32>, rows: Int,
    columns: Int, selected: Int
  ) {
    cvm_gather_columns_f64(out, x, indices, rows, columns, selected)
  }

  package static func logMeanExp(
    out: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Double>, x: UnsafePointer<Double>,
    rows: Int, columns: Int
  ) {
    cvm_log_mean_exp_f64(out, scratch, x, rows, columns)
  }

  package static func divergence(
    gradient: UnsafeMutablePointer<Double>?, logP: UnsafePointer<Double>, logM: UnsafePointer<Double>,
    count: Int, part: Range<Int>, scale: Double
  ) -> Double {
    cvm_divergence_f64(gradient, logP, logM, count, part.lowerBound, part.count, scale)
  }

  package static func adam(
    parameters: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>,
    first: UnsafeMutablePointer<Double>, second: UnsafeMutablePointer<Double>, count: Int, stepSize: Double,
    inverseCorrection: Double, beta1: Double, beta2: Double, epsilon: Double
  ) {
    cvm_adam_f64(
      parameters, gradient, first, second, count, stepSize, inverseCorrection, beta1, beta2, epsilon)
  }

  package static func scale(
    out: UnsafeMutablePointer<Double>, bytes: UnsafePointer<UInt8>, count: Int, factor: Double
  ) {
    cvm_from_bytes_f64(out, bytes, count, factor)
  }

  package static func scale(
    out: UnsafeMutablePointer<Double>, bytes: UnsafePointer<UInt8>, count: Int, offset: UnsafePointer<Double>,
    scale: UnsafePointer<Double>
  ) {
    cvm_scale_bytes_f64(out, bytes, count, offset, scale)
  }

  package static func scale(
    out: UnsafeMutablePointer<Double>, x: UnsafePointer<Float>, count: Int, offset: UnsafePointer<Double>,
    scale: UnsafePointer<Double>, fill: UnsafePointer<Double>
  ) {
    cvm_scale_floats_f64(out, x, count, offset, scale, fill)
  }

  package static func fillMissing(
    x: UnsafeMutablePointer<Double>, observed: UnsafeMutablePointer<UInt8>, count: Int,
    fill: UnsafePointer<Double>
  ) {
    cvm_fill_missing_f64(x, observed, count, fill)
  }

  package static func pack(
    out: UnsafeMutablePointer<Double>, x: UnsafePointer<Double>, chosen: UnsafePointer<UInt8>, count: Int
  ) -> Int {
    cvm_pack_f64(out, x, chosen, count)
  }

  package static func unpack(
    out: UnsafeMutablePointer<Double>, packed: UnsafePointer<Double>, chosen: UnsafePointer<UInt8>, count: Int
  ) {
    cvm_unpack_f64(out, packed, chosen, count)
  }

  package static func allFinite(
    x: UnsafePointer<Double>, count: Int
  ) -> Bool {
    cvm_all_finite_f64(x, count) != 0
  }
}
