import CounterRandom

/// Clusters of points by k-means (Lloyd), started by k-means++ (Arthur, Vassilvitskii 2007) from a random stream.
struct KMeans {
  /// The centers, with their numbers.
  private(set) var centers: [(index: Int, place: [Double])] = []
  /// The number of the center that each point belongs to; of equally near ones, the first.
  private(set) var nearest: [Int]
  private static let rounds = 100

  /// Clusters `points` around `count` centers.
  init(_ points: [[Double]], count: Int, stream: RandomStream) {
    nearest = [Int](repeating: 0, count: points.count)
    guard let dimension = points.first?.count, count > 0 else { return }
    var generator = CounterGenerator(stream)
    var places = [points[Int(generator.uniform() * Double(points.count))]]
    var squares = points.map { Self.distance($0, places[0]) }
    while places.count < count {
      // Each next one is drawn with a probability that grows with the squared distance to those before.
      var rest = generator.uniform() * squares.reduce(0, +)
      var next = squares.count - 1
      for (i, square) in squares.enumerated() {
        rest -= square
        if rest < 0 {
          next = i
          break
        }
      }
      places.append(points[next])
      for i in points.indices { squares[i] = min(squares[i], Self.distance(points[i], points[next])) }
    }
    for _ in 0..<Self.rounds {
      var changed = false
      for (i, point) in points.enumerated() {
        var best = (distance: Double.infinity, center: 0)
        for (c, place) in places.enumerated() {
          let distance = Self.distance(point, place)
          if distance < best.distance { best = (distance, c) }
        }
        if nearest[i] != best.center {
          nearest[i] = best.center
          changed = true
        }
      }
      var (sums, sizes) = (
        places.map { _ in [Double](repeating: 0, count: dimension) }, places.map { _ in 0 }
      )
      for (i, point) in points.enumerated() {
        sizes[nearest[i]] += 1
        for t in 0..<dimension { sums[nearest[i]][t] += point[t] }
      }
      for c in places.indices where sizes[c] > 0 { places[c] = sums[c].map { $0 / Double(sizes[c]) } }
      if !changed { break }
    }
    centers = places.enumerated().map { ($0.offset, $0.element) }
  }

  /// The squared distance of two points.
  static func distance(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for t in a.indices { sum += (a[t] - b[t]) * (a[t] - b[t]) }
    return sum
  }
}
