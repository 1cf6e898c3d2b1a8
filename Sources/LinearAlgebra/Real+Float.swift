import CVectorMath
import CounterRandom

// Forwards to the vector loops; `Real` documents each.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: Real {
  package static func gumbel(
    out: UnsafeMutablePointer<Float>, first: Int, count: Int, stream: RandomStream
  ) {
    cvm_gumbel_f32(out, first, count, stream.cStream)
  }

  package static func uniform(
    out: UnsafeMutablePointer<Float>, count: Int, low: Float, high: Float, stream: RandomStream
  ) {
    cvm_uniform_f32(out, count, low, high, stream.cStream)
  }

  package static func dropoutMask(
    out: UnsafeMutablePointer<Float>, count: Int, probability: Float, stream: RandomStream
  ) {
    cvm_dropout_mask_f32(out, count, probability, stream.cStream)
  }

  package static func perturbedExponentials(
    noise: UnsafeMutablePointer<Float>, logits: UnsafePointer<Float>, count: Int, inverseTemperature: Float,
    largest: UnsafeMutablePointer<Float>, sum: UnsafeMutablePointer<Float>
  ) {
    cvm_perturbed_exp_f32(noise, logits, count, inverseTemperature, largest, sum)
  }

  package static func sampleExponentials(
    row: UnsafeMutablePointer<Float>, logits: UnsafePointer<Float>, first: Int, count: Int,
    stream: RandomStream,
    inverseTemperature: Float, reach: Float, largest: UnsafeMutablePointer<Float>,
    sum: UnsafeMutablePointer<Float>
  ) {
    cvm_sample_exp_f32(row, logits, first, count, stream.cStream, inverseTemperature, reach, largest, sum)
  }

  package static func sampleDot(a: UnsafePointer<Float>, row: UnsafePointer<Float>, count: Int) -> Float {
    cvm_sample_dot_f32(a, row, count)
  }

  package static func scaleSample(row: UnsafeMutablePointer<Float>, count: Int, factor: Float) {
    cvm_scale_sample_f32(row, count, factor)
  }

  package static func sparseSelect(
    out: UnsafeMutablePointer<Float>, stride: Int, x: UnsafePointer<Float>, rows: Int, columns: Int,
    sparse: UnsafePointer<Float>
  ) {
    cvm_sparse_select_f32(out, stride, x, rows, columns, sparse)
  }

  package static func sparseTake(
    out: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, sparse: UnsafePointer<Float>
  ) {
    cvm_sparse_take_f32(out, gradient, sparse)
  }

  package static func sparseGradient(
    gradient: UnsafeMutablePointer<Float>, before: UnsafePointer<Float>?,
    outputGradient: UnsafePointer<Float>, stride: Int,
    x: UnsafePointer<Float>, rows: Int, columns: Int, sparse: UnsafePointer<Float>
  ) {
    cvm_sparse_gradient_f32(gradient, before, outputGradient, stride, x, rows, columns, sparse)
  }

  package static func softmaxBackward(
    gradient: UnsafeMutablePointer<Float>, output: UnsafePointer<Float>, dot: Float, count: Int, scale: Float
  ) {
    cvm_softmax_backward_f32(gradient, output, dot, count, scale)
  }

  package static func joinSoftmax(
    part: UnsafeMutablePointer<Float>, rows: Int, columns: Int, parts: UnsafePointer<Float>, stride: Int,
    count: Int, own: Int, inverseTemperature: Float, reach: Float
  ) {
    cvm_join_softmax_f32(part, rows, columns, parts, stride, count, own, inverseTemperature, reach)
  }

  package static func logSoftmax(
    out: UnsafeMutablePointer<Float>, logits: UnsafePointer<Float>, count: Int
  ) {
    cvm_log_softmax_f32(out, logits, count)
  }

  package static func softmaxBackwardAdd(
    gradient: UnsafeMutablePointer<Float>, outputGradient: UnsafePointer<Float>, output: UnsafePointer<Float>,
    count: Int, scale: Float
  ) {
    cvm_softmax_backward_add_f32(gradient, outputGradient, output, count, scale)
  }

  package static func dot(
    a: UnsafePointer<Float>, b: UnsafePointer<Float>, count: Int
  ) -> Float {
    cvm_dot_f32(a, b, count)
  }

  package static func addBias(
    x: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>, rows: Int, columns: Int
  ) {
    cvm_add_bias_f32(x, bias, rows, columns)
  }

  package static func biasLeaky(
    x: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>, rows: Int, columns: Int, slope: Float
  ) {
    cvm_bias_leaky_f32(x, bias, rows, columns, slope)
  }

  package static func leaky(
    x: UnsafeMutablePointer<Float>, count: Int, slope: Float
  ) {
    cvm_leaky_f32(x, count, slope)
  }

  package static func leakyBackward(
    gradient: UnsafeMutablePointer<Float>, activated: UnsafePointer<Float>, count: Int, slope: Float
  ) {
    cvm_leaky_backward_f32(gradient, activated, count, slope)
  }

  package static func multiply(
    x: UnsafeMutablePointer<Float>, mask: UnsafePointer<Float>, count: Int
  ) {
    cvm_multiply_f32(x, mask, count)
  }

  package static func product(
    out: UnsafeMutablePointer<Float>, a: UnsafePointer<Float>, b: UnsafePointer<Float>, count: Int
  ) {
    cvm_product_f32(out, a, b, count)
  }

  package static func addScaled(
    x: UnsafeMutablePointer<Float>, y: UnsafePointer<Float>, count: Int, scale: Float
  ) {
    cvm_add_scaled_f32(x, y, count, scale)
  }

  package static func sum(
    out: UnsafeMutablePointer<Float>, sources: UnsafePointer<UnsafePointer<Float>?>, offset: Int,
    program: SumProgram, count: Int
  ) -> Bool {
    cvm_sum_tree_f32(out, sources, offset, program.operations, program.operations.count, count) != 0
  }

  package static func columnSums(
    out: UnsafeMutablePointer<Float>, x: UnsafePointer<Float>, rows: Int, columns: Int
  ) {
    cvm_column_sums_f32(out, x, rows, columns)
  }

  package static func loop(_ single: @escaping ValueLoss<Float>, _ double: @escaping ValueLoss<Double>)
    -> ValueLoss<Float>
  {
    single
  }

  package static func loop(_ single: @escaping ClassLoss<Float>, _ double: @escaping ClassLoss<Double>)
    -> ClassLoss<Float>
  {
    single
  }

  package static func sum(
    x: UnsafePointer<Float>, count: Int
  ) -> Double {
    cvm_sum_f32(x, count)
  }

  package static func max(
    x: UnsafePointer<Float>, count: Int, index: inout Int
  ) -> Float {
    cvm_max_f32(x, count, &index)
  }

  package static func layerNorm(
    x: UnsafeMutablePointer<Float>, normalized: UnsafeMutablePointer<Float>,
    inverseDeviation: UnsafeMutablePointer<Float>, gain: UnsafePointer<Float>, shift: UnsafePointer<Float>,
    rows: Int, columns: Int, epsilon: Float
  ) {
    cvm_layer_norm_f32(x, normalized, inverseDeviation, gain, shift, rows, columns, epsilon)
  }

  package static func layerNormBackward(
    gradient: UnsafeMutablePointer<Float>, normalized: UnsafePointer<Float>,
    inverseDeviation: UnsafePointer<Float>, gain: UnsafePointer<Float>, rows: Int, columns: Int
  ) {
    cvm_layer_norm_backward_f32(gradient, normalized, inverseDeviation, gain, rows, columns)
  }

  package static func gatherColumns(
    out: UnsafeMutablePointer<Float>, x: UnsafePointer<Float>, indices: UnsafePointer<UInt32>, rows: Int,
    columns: Int, selected: Int
  ) {
    cvm_gather_columns_f32(out, x, indices, rows, columns, selected)
  }

  package static func logMeanExp(
    out: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>, x: UnsafePointer<Float>,
    rows: Int, columns: Int
  ) {
    cvm_log_mean_exp_f32(out, scratch, x, rows, columns)
  }

  package static func divergence(
    gradient: UnsafeMutablePointer<Float>?, logP: UnsafePointer<Float>, logM: UnsafePointer<Float>,
    count: Int, part: Range<Int>, scale: Float
  ) -> Double {
    cvm_divergence_f32(gradient, logP, logM, count, part.lowerBound, part.count, scale)
  }

  package static func adam(
    parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>, count: Int, stepSize: Float,
    inverseCorrection: Float, beta1: Double, beta2: Double, epsilon: Float
  ) {
    cvm_adam_f32(
      parameters, gradient, first, second, count, stepSize, inverseCorrection, beta1, beta2, epsilon)
  }

  package static func scale(
    out: UnsafeMutablePointer<Float>, bytes: UnsafePointer<UInt8>, count: Int, factor: Float
  ) {
    cvm_from_bytes_f32(out, bytes, count, factor)
  }

  package static func scale(
    out: UnsafeMutablePointer<Float>, bytes: UnsafePointer<UInt8>, count: Int, offset: UnsafePointer<Float>,
    scale: UnsafePointer<Float>
  ) {
    cvm_scale_bytes_f32(out, bytes, count, offset, scale)
  }

  package static func scale(
    out: UnsafeMutablePointer<Float>, x: UnsafePointer<Float>, count: Int, offset: UnsafePointer<Float>,
    scale: UnsafePointer<Float>, fill: UnsafePointer<Float>
  ) {
    cvm_scale_floats_f32(out, x, count, offset, scale, fill)
  }

  package static func fillMissing(
    x: UnsafeMutablePointer<Float>, observed: UnsafeMutablePointer<UInt8>, count: Int,
    fill: UnsafePointer<Float>
  ) {
    cvm_fill_missing_f32(x, observed, count, fill)
  }

  package static func pack(
    out: UnsafeMutablePointer<Float>, x: UnsafePointer<Float>, chosen: UnsafePointer<UInt8>, count: Int
  ) -> Int {
    cvm_pack_f32(out, x, chosen, count)
  }

  package static func unpack(
    out: UnsafeMutablePointer<Float>, packed: UnsafePointer<Float>, chosen: UnsafePointer<UInt8>, count: Int
  ) {
    cvm_unpack_f32(out, packed, chosen, count)
  }

  package static func allFinite(
    x: UnsafePointer<Float>, count: Int
  ) -> Bool {
    cvm_all_finite_f32(x, count) != 0
  }
}
