import COpenBLAS

extension MatrixView where Scalar == Double {
  /// Replaces a symmetric positive definite matrix by its inverse (Cholesky; only the lower triangle is read).
  ///
  /// Returns false, with the contents lost, if the matrix is not positive definite.
  package func invertPositiveDefinite() -> Bool {
    precondition(rows == columns)
    guard rows > 0 else { return true }
    var size = blasint(rows)
    var info: blasint = 0
    // The lower triangle in row order is the upper one in LAPACK's column order.
    dpotrf_("U", &size, base, &size, &info, 1)
    guard info == 0 else { return false }
    dpotri_("U", &size, base, &size, &info, 1)
    guard info == 0 else { return false }
    for i in 0..<rows {
      for j in 0..<i { self[j, i] = self[i, j] }
    }
    return true
  }

  /// The largest `count` eigenvalues of a symmetric matrix in descending order, with a unit eigenvector as each row
  /// of `vectors` [count, columns]; the matrix is used up. Signs: the largest entry of a vector is positive.
  /// - Complexity: O(rows^3)
  package func largestEigenpairs(_ count: Int) -> (values: [Double], vectors: AlignedBuffer<Double>) {
    precondition(rows == columns && count <= rows)
    let vectors = AlignedBuffer<Double>(count: count * rows)
    guard count > 0 else { return ([], vectors) }
    var size = blasint(rows)
    var (first, last) = (blasint(rows - count + 1), blasint(rows))
    var (unused, tolerance) = (0.0, 0.0)
    var (found, info): (blasint, blasint) = (0, 0)
    var values = [Double](repeating: 0, count: rows)
    let ascending = AlignedBuffer<Double>(count: count * rows)
    var support = [blasint](repeating: 0, count: 2 * count)
    var (work, integers) = ([0.0], [blasint(0)])
    // The first call asks how much room the second one needs.
    for length in [-1, 0] {
      var (workCount, integerCount) = (blasint(length), blasint(length))
      if length == 0 {
        (workCount, integerCount) = (blasint(work[0]), integers[0])
        work = [Double](repeating: 0, count: Int(workCount))
        integers = [blasint](repeating: 0, count: Int(integerCount))
      }
      dsyevr_(
        "V", "I", "U", &size, base, &size, &unused, &unused, &first, &last, &tolerance, &found, &values,
        ascending.base, &size, &support, &work, &workCount, &integers, &integerCount, &info, 1, 1, 1)
    }
    precondition(info == 0 && found == blasint(count), "eigenvalues of a matrix that is not finite")
    for k in 0..<count {
      let (vector, target) = (ascending.base + (count - 1 - k) * rows, vectors.base + k * rows)
      var largest = 0
      for j in 1..<rows where abs(vector[j]) > abs(vector[largest]) * (1 + 1e-9) { largest = j }
      let sign: Double = vector[largest] < 0 ? -1 : 1
      for j in 0..<rows { target[j] = sign * vector[j] }
    }
    return (values[0..<count].reversed(), vectors)
  }

  /// Adds scale * x^T self to `out` [columns]; `x` has `rows` elements.
  package func addRowProduct(
    _ x: UnsafePointer<Double>, scale: Double = 1, to out: UnsafeMutablePointer<Double>
  ) {
    guard count > 0 else { return }
    cblas_dgemv(
      CblasRowMajor, CblasTrans, blasint(rows), blasint(columns), scale, base, blasint(columns), x, 1, 1, out,
      1)
  }
}
