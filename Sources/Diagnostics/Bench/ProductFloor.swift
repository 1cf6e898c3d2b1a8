import Communication
import ConcreteAutoencoder
import LinearAlgebra

/// The time that OpenBLAS alone needs for the matrix products of one step: no step can be faster.
///
/// Every rank runs the products of its part of the work, one after the other on buffers of the step's own sizes, at
/// the same time as the others, as in a step.
struct ProductFloor {
  /// One product C[m, n] = op(A) op(B) over an inner size k.
  struct Product {
    let m, n, k: Int
    let transposeA, transposeB: Bool
  }

  let products: [Product]

  /// The products of a step: 2 for the selector, 3 for each layer.
  ///
  /// - Parameters:
  ///   - features: how many features this rank works on.
  ///   - rows: the rows that it works on for these.
  ///   - own: the rows that it takes through the layers that do not end in features.
  init(shape: ModelShape, features: Int, rows: Int, own: Int) {
    let (d, k) = (features, shape.selectorCount)
    var products = [Product(m: rows, n: k, k: d, transposeA: false, transposeB: true)]
    var layers: [(rows: Int, inputs: Int, outputs: Int)] = []
    let widths = shape.widths
    for index in 0..<(widths.count - 1) {
      let endsInFeatures = index == widths.count - 2 && shape.outputsAreFeatures
      layers.append((endsInFeatures ? rows : own, widths[index], endsInFeatures ? d : widths[index + 1]))
    }
    for (rows, inputs, outputs) in layers {
      products.append(Product(m: rows, n: outputs, k: inputs, transposeA: false, transposeB: true))
    }
    for (rows, inputs, outputs) in layers.reversed() {
      products.append(Product(m: outputs, n: inputs, k: rows, transposeA: true, transposeB: false))
      products.append(Product(m: rows, n: inputs, k: outputs, transposeA: false, transposeB: false))
    }
    products.append(Product(m: k, n: d, k: rows, transposeA: true, transposeB: false))
    self.products = products.filter { $0.m * $0.n * $0.k > 0 }
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
    Float.gemm(
      transposeA: product.transposeA, transposeB: product.transposeB, m: product.m, n: product.n,
      k: product.k, a: buffers[0].base, lda: product.transposeA ? product.m : product.k,
      b: buffers[1].base, ldb: product.transposeB ? product.k : product.n, beta: 0, c: buffers[2].base,
      ldc: product.n)
  }
}
