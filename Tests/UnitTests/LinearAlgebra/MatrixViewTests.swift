import LinearAlgebra
import Testing

@Suite struct MatrixViewTests {
  /// m, n and inner size of a product.
  static let sizes = [
    (1, 1, 1), (2, 3, 4), (5, 7, 1), (1, 9, 6), (33, 17, 65), (0, 4, 3), (4, 0, 3), (4, 3, 0), (0, 0, 0),
  ]

  private func matrix<Scalar: Real>(
    _ fixture: LoopFixture<Scalar>, _ rows: Int, _ columns: Int, _ row: Int
  ) -> (storage: AlignedBuffer<Scalar>, view: MatrixView<Scalar>) {
    let storage = fixture.values(rows * columns, row: row)
    return (storage, MatrixView(storage.base, rows: rows, columns: columns))
  }

  private func check<Scalar: Real>(_ fixture: LoopFixture<Scalar>, _ m: Int, _ n: Int, _ inner: Int) {
    let (a, b) = (matrix(fixture, m, inner, 1), matrix(fixture, inner, n, 2))
    let (aT, bT) = (matrix(fixture, inner, m, 3), matrix(fixture, n, inner, 4))
    // Neither the old content nor NaN in it may matter.
    let c = matrix(fixture, m, n, 5)
    func expect(_ what: String, _ element: (Int, Int, Int) -> Scalar) {
      let expected = (0..<m * n).map { at in
        (0..<inner).reduce(0.0) { $0 + Double(element(at / n, at % n, $1)) }
      }
      for (actual, value) in zip(c.storage.doubles, expected) {
        #expect(abs(actual - value) <= fixture.tolerance * Double(inner), "\(what)")
      }
    }
    c.storage.elements.update(repeating: .nan)
    c.view.assign(product: a.view, b.view)
    expect("a b") { a.view[$0, $2] * b.view[$2, $1] }
    c.storage.elements.update(repeating: .nan)
    c.view.assign(product: a.view, transposed: bT.view)
    expect("a b^T") { a.view[$0, $2] * bT.view[$1, $2] }
    c.storage.elements.update(repeating: .nan)
    c.view.assign(transposed: aT.view, product: b.view)
    expect("a^T b") { aT.view[$2, $0] * b.view[$2, $1] }
  }

  @Test("products, also of matrices without rows or columns", arguments: sizes)
  func products(m: Int, n: Int, inner: Int) {
    check(LoopFixture<Float>(tolerance: 3e-7), m, n, inner)
    check(LoopFixture<Double>(tolerance: 1e-15), m, n, inner)
  }

  @Test("rows, prefixes and elements are views into the same storage")
  func views() {
    let storage = AlignedBuffer<Float>((0..<12).map(Double.init))
    let view = MatrixView(storage.base, rows: 4, columns: 3)
    #expect(view.count == 12)
    #expect(view[2, 1] == 7)
    #expect(view.row(3)[0] == 9)
    let top = view.prefix(2)
    #expect(top.rows == 2 && top.columns == 3)
    top[1, 2] = -1
    #expect(storage.base[5] == -1)
    top.clear()
    #expect(storage.doubles == [0, 0, 0, 0, 0, 0, 6, 7, 8, 9, 10, 11])
  }

  @Test("the library says which kernels it uses, and takes a thread count")
  func runtime() {
    #expect(!BLASRuntime.kernelName.isEmpty)
    let threads = BLASRuntime.threadCount
    BLASRuntime.threadCount = 1
    #expect(BLASRuntime.threadCount == 1)
    BLASRuntime.threadCount = threads
  }
}
