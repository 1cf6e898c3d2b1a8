import CVectorMath
import CounterRandom
import LinearAlgebra
import Testing

/// Products of every kind and size against products in double precision: those that are cut into tiles are among them.
@Suite(.serialized) struct TiledProductTests {
  struct Sizes: Sendable, CustomTestStringConvertible {
    let m: Int
    let n: Int
    let k: Int
    var testDescription: String { "\(m) x \(n) x \(k)" }
  }

  /// Cut into tiles whatever is transposed: a training step's, whole tiles, and ends of tiles in every direction.
  static let tiled = [
    Sizes(m: 128, n: 392, k: 200), Sizes(m: 392, n: 200, k: 128), Sizes(m: 128, n: 50, k: 392),
    Sizes(m: 128, n: 128, k: 128), Sizes(m: 131, n: 97, k: 203), Sizes(m: 33, n: 801, k: 57),
    Sizes(m: 17, n: 65, k: 1001), Sizes(m: 257, n: 64, k: 801),
  ]
  /// Small, one row too few for tiles, and too large for them.
  static let others = [
    Sizes(m: 64, n: 200, k: 50), Sizes(m: 16, n: 16, k: 16), Sizes(m: 15, n: 300, k: 300),
    Sizes(m: 300, n: 15, k: 300), Sizes(m: 100, n: 100, k: 2000), Sizes(m: 700, n: 1100, k: 900),
  ]

  private func values(_ count: Int, row: Int) -> AlignedBuffer<Float> {
    let buffer = AlignedBuffer<Float>(count: count)
    Float.uniform(
      out: buffer.base, count: count, low: -1, high: 1,
      stream: RandomStream(seed: 5, purpose: .syntheticData, row: row))
    return buffer
  }

  private func doubles(_ buffer: AlignedBuffer<Float>) -> AlignedBuffer<Double> {
    let copy = AlignedBuffer<Double>(count: buffer.count)
    for index in 0..<buffer.count { copy.base[index] = Double(buffer.base[index]) }
    return copy
  }

  @Test("op(A) op(B) + beta C, with padding between rows left alone", arguments: tiled + others, [1, 2])
  func product(_ sizes: Sizes, threads: Int) {
    let before = BLASRuntime.threadCount
    BLASRuntime.threadCount = threads
    defer { BLASRuntime.threadCount = before }
    check(sizes) { transposeA, transposeB, a, lda, b, ldb, beta, c, ldc in
      Float.gemm(
        transposeA: transposeA, transposeB: transposeB, m: sizes.m, n: sizes.n, k: sizes.k, a: a, lda: lda,
        b: b, ldb: ldb, beta: beta, c: c, ldc: ldc)
    }
  }

  @Test("the same in tiles, whatever kernels the library has", arguments: tiled)
  func tiles(_ sizes: Sizes) {
    check(sizes) { transposeA, transposeB, a, lda, b, ldb, beta, c, ldc in
      let product = TiledProduct(
        transposeA: transposeA, transposeB: transposeB, m: sizes.m, n: sizes.n, k: sizes.k, cuts: true)
      #expect(product.isTiled, "transposes \(transposeA) \(transposeB): not in tiles, nothing is checked")
      product.run(a: a, lda: lda, b: b, ldb: ldb, beta: beta, c: c, ldc: ldc)
    }
  }

  @Test(
    "one thread's products are cut here, those of two are not",
    .enabled(
      if: BLASRuntime.hasSmallProducts,
      "OpenBLAS runs \(BLASRuntime.kernelName) kernels, which have none for small products: nothing is tiled here"
    ),
    arguments: tiled)
  func isUsed(_ sizes: Sizes) {
    let before = BLASRuntime.threadCount
    defer { BLASRuntime.threadCount = before }
    for threads in [1, 2] {
      BLASRuntime.threadCount = threads
      for (transposeA, transposeB) in Self.transposes {
        let product = TiledProduct(
          transposeA: transposeA, transposeB: transposeB, m: sizes.m, n: sizes.n, k: sizes.k)
        #expect(product.isTiled == (threads == 1), "transposes \(transposeA) \(transposeB)")
      }
    }
  }

  static let transposes = [(false, false), (false, true), (true, false), (true, true)]

  typealias Product = (
    _ transposeA: Bool, _ transposeB: Bool, _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>,
    _ ldb: Int, _ beta: Float, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
  ) -> Void

  private func check(_ sizes: Sizes, _ multiply: Product) {
    for (transposeA, transposeB) in Self.transposes {
      for beta in [0, 1] as [Float] {
        let lda = (transposeA ? sizes.m : sizes.k) + 3
        let ldb = (transposeB ? sizes.k : sizes.n) + 2
        let ldc = sizes.n + 1
        let a = values((transposeA ? sizes.k : sizes.m) * lda, row: 1)
        let b = values((transposeB ? sizes.n : sizes.k) * ldb, row: 2)
        let c = values(sizes.m * ldc, row: 3)
        let (wideA, wideB, expected) = (doubles(a), doubles(b), doubles(c))
        multiply(transposeA, transposeB, a.base, lda, b.base, ldb, beta, c.base, ldc)
        Double.gemm(
          transposeA: transposeA, transposeB: transposeB, m: sizes.m, n: sizes.n, k: sizes.k, a: wideA.base,
          lda: lda, b: wideB.base, ldb: ldb, beta: Double(beta), c: expected.base, ldc: ldc)
        // Rounding of k terms of at most 1.
        let tolerance = 1e-7 * Double(sizes.k)
        var worst = 0.0
        for index in 0..<c.count { worst = max(worst, abs(Double(c.base[index]) - expected.base[index])) }
        #expect(worst < tolerance, "transposes \(transposeA) \(transposeB), beta \(beta)")
      }
    }
  }

  @Test(
    "a product over a micro-batch's rows that is added to a matrix is to the last bit the product by itself",
    arguments: [1, 8, 16, 32, 33, 64, 100, 127, 128])
  func addition(rows: Int) {
    let before = BLASRuntime.threadCount
    BLASRuntime.threadCount = 1
    defer { BLASRuntime.threadCount = before }
    for (m, n) in [(1, 7), (50, 784), (784, 200), (200, 50), (943, 700), (1308, 200), (15, 33)] {
      let (a, b) = (values(rows * m, row: 1), values(rows * n, row: 2))
      let (sum, alone) = (values(m * n, row: 3), AlignedBuffer<Float>(count: m * n))
      let start = AlignedBuffer<Float>(copying: sum)
      for (c, beta) in [(sum, Float(1)), (alone, 0)] {
        Float.gemm(
          transposeA: true, transposeB: false, m: m, n: n, k: rows, a: a.base, lda: m, b: b.base, ldb: n,
          beta: beta, c: c.base, ldc: n)
      }
      #expect(
        (0..<m * n).allSatisfy { sum.base[$0].bitPattern == (start.base[$0] + alone.base[$0]).bitPattern },
        "\(m) x \(n)")
    }
  }

  @Test("the same bits every time")
  func repeatable() {
    let (m, n, k) = (128, 392, 200)
    let a = values(m * k, row: 1)
    let b = values(n * k, row: 2)
    func run() -> [Float] {
      let c = AlignedBuffer<Float>(count: m * n)
      TiledProduct(transposeA: false, transposeB: true, m: m, n: n, k: k, cuts: true).run(
        a: a.base, lda: k, b: b.base, ldb: k, beta: 0, c: c.base, ldc: n)
      return Array(c.elements)
    }
    let before = BLASRuntime.threadCount
    BLASRuntime.threadCount = 1
    defer { BLASRuntime.threadCount = before }
    let expected = run()
    for _ in 0..<20 { #expect(run() == expected) }
  }

  @Test("a transpose, of every size up to some blocks", arguments: [1, 15, 16, 17, 40], [1, 16, 33, 200])
  func transpose(rows: Int, columns: Int) {
    let stride = columns + 5
    let x = values(rows * stride, row: 4)
    let out = AlignedBuffer<Float>(count: rows * columns)
    cvm_transpose_f32(out.base, x.base, rows, columns, stride)
    for row in 0..<rows {
      for column in 0..<columns {
        #expect(out.base[column * rows + row] == x.base[row * stride + column])
      }
    }
  }
}
