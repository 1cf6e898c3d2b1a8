import CounterRandom
import LinearAlgebra

/// Clusters of points by k-means (Lloyd 1982), started by k-means++ (Arthur, Vassilvitskii 2007) from a random stream.
struct KMeans {
  /// The center that each point belongs to; of equally near ones, the first.
  private(set) var nearest: [Int]
  /// The point nearest to each center among those that belong to it; -1 where none does.
  private(set) var central: [Int]
  private static let rounds = 100

  /// Clusters the rows of points [points, dimensions] around `count` centers.
  init(_ points: MatrixView<Double>, count: Int, stream: RandomStream) {
    let (n, dimension) = (points.rows, points.columns)
    nearest = [Int](repeating: 0, count: n)
    central = [Int](repeating: -1, count: count)
    guard n > 0, count > 0 else { return }
    let norms = (0..<n).map { Double.dot(a: points.row($0), b: points.row($0), count: dimension) }
    let (places, products) = (
      AlignedBuffer<Double>(count: count * dimension), AlignedBuffer<Double>(count: n * count)
    )
    let centers = MatrixView(places.base, rows: count, columns: dimension)
    let scores = MatrixView(products.base, rows: n, columns: count)
    Self.spread(centers, over: points, norms, stream)
    var distances = norms
    for _ in 0..<Self.rounds {
      // |x - c|^2 = |x|^2 - 2 x c + |c|^2, all products at once.
      scores.assign(product: points, transposed: centers)
      let sizes = (0..<count).map { Double.dot(a: centers.row($0), b: centers.row($0), count: dimension) }
      var isStable = true
      for i in 0..<n {
        var best = (distance: Double.infinity, center: 0)
        for c in 0..<count {
          let distance = norms[i] - 2 * scores[i, c] + sizes[c]
          if distance < best.distance { best = (distance, c) }
        }
        if nearest[i] != best.center { isStable = false }
        nearest[i] = best.center
        distances[i] = best.distance
      }
      var members = [Int](repeating: 0, count: count)
      for center in nearest { members[center] += 1 }
      // A center without points stays where it is.
      for c in 0..<count where members[c] > 0 { centers.row(c).update(repeating: 0, count: dimension) }
      for i in 0..<n {
        Double.addScaled(
          x: centers.row(nearest[i]), y: points.row(i), count: dimension,
          scale: 1 / Double(members[nearest[i]]))
      }
      if isStable { break }
    }
    for i in 0..<n {
      let c = nearest[i]
      if central[c] < 0 || distances[i] < distances[central[c]] { central[c] = i }
    }
  }

  /// Puts the first center on a random point, and each next one on a point drawn with a probability that grows with its
  /// squared distance to those before.
  private static func spread(
    _ centers: MatrixView<Double>, over points: MatrixView<Double>, _ norms: [Double], _ stream: RandomStream
  ) {
    let dimension = points.columns
    var generator = CounterGenerator(stream)
    var next = Int(generator.uniform() * Double(points.rows))
    var squares = [Double](repeating: .infinity, count: points.rows)
    for c in 0..<centers.rows {
      centers.row(c).update(from: points.row(next), count: dimension)
      for i in 0..<points.rows {
        let product = Double.dot(a: points.row(i), b: centers.row(c), count: dimension)
        squares[i] = min(squares[i], max(0, norms[i] - 2 * product + norms[next]))
      }
      var rest = generator.uniform() * squares.reduce(0, +)
      next =
        squares.firstIndex {
          rest -= $0
          return rest < 0
        } ?? points.rows - 1
    }
  }
}
