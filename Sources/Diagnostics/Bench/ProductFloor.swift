import Communication
import ConcreteAutoencoder
import LinearAlgebra

/// The time that OpenBLAS alone needs for the matrix products of one step.
///
/// Every rank runs the products of its part of the work, one after the other on buffers of the step's own sizes, at
/// the same time as the others, as in a step: a product's of all micro-batches with the same parameters and gradient.
struct ProductFloor {
  /// Products C[m, n] = op(A) op(B) over an inner size k, for as many rows as each micro-batch has: m of them, or k.
  struct Product {
    let m, n, k: Int
    let transposeA, transposeB: Bool
    var rows: [Int] = []
    /// Whether results are added to each other: those of gradients of parameters.
    var accumulates: Bool { transposeA }
  }

  let products: [Product]

  /// The products of a step: 2 for the selector, 3 for each layer.
  ///
  /// - Parameters:
  ///   - blocks: the widths of this rank's blocks of the features.
  ///   - rows: the rows of the micro-batches that it works on for these.
  ///   - own: those of the micro-batches that it takes through the layers that do not end in features.
  init(shape: ModelShape, blocks: [Int], rows: [Int], own: [Int]) {
    let (k, widths) = (shape.selectorCount, shape.widths)
    func layer(_ rows: [Int], _ inputs: Int, _ outputs: Int) -> [Product] {
      let most = rows.max() ?? 0
      return [
        Product(m: most, n: outputs, k: inputs, transposeA: false, transposeB: true, rows: rows),
        Product(m: outputs, n: inputs, k: most, transposeA: true, transposeB: false, rows: rows),
        Product(m: most, n: inputs, k: outputs, transposeA: false, transposeB: false, rows: rows),
      ]
    }
    let layers = Array(zip(widths, widths.dropFirst()))
    let ofFeatures = blocks.flatMap { width in
      // U is the product with the weights transposed, and dM that of its gradient.
      layer(rows, width, k).prefix(2)
        + (shape.outputsAreFeatures ? layer(rows, widths[widths.count - 2], width) : [])
    }
    let others = (shape.outputsAreFeatures ? layers.dropLast() : layers[...]).flatMap { layer(own, $0, $1) }
    products = (ofFeatures + others).filter { $0.m * $0.n * $0.k > 0 }
  }

  /// Seconds of one pass over all products: the median over `repetitions`; every rank must call.
  func measure(repetitions: Int, communicator: any Communicator) throws -> Double {
    let buffers = products.map { product in
      [product.m * product.k, product.k * product.n, product.m * product.n].map { count in
        let buffer = AlignedBuffer<Float>(count: count)
        buffer.base.update(repeating: 0.5, count: count)
        return buffer
      }
    }
    var times: [Double] = []
    for repetition in 0..<(repetitions + repetitions / 10 + 1) {
      try communicator.barrier()
      let start = communicator.time
      for (product, buffer) in zip(products, buffers) { Self.run(product, buffer) }
      if repetition > repetitions / 10 { times.append(communicator.time - start) }
    }
    return times.sorted()[times.count / 2]
  }

  private static func run(_ product: Product, _ buffers: [AlignedBuffer<Float>]) {
    for (index, rows) in product.rows.enumerated() {
      let (m, k) = product.transposeA ? (product.m, rows) : (rows, product.k)
      Float.gemm(
        transposeA: product.transposeA, transposeB: product.transposeB, m: m, n: product.n, k: k,
        a: buffers[0].base, lda: product.transposeA ? product.m : product.k,
        b: buffers[1].base, ldb: product.transposeB ? product.k : product.n,
        beta: product.accumulates && index > 0 ? 1 : 0, c: buffers[2].base, ldc: product.n)
    }
  }
}
