import CounterRandom

/// A sketch of many vectors by few: each is added, with a random sign, to one of the sums (count sketch; Charikar, Chen,
/// Farach-Colton 2002). Inner products keep their expected values; their relative errors are about (2 / sums)^(1/2).
struct SignedBuckets {
  /// Number of sums.
  let count: Int
  /// The sum that each vector goes to.
  let places: [Int]
  /// +1 or -1 for each vector.
  let signs: [Double]

  /// Places and signs of `vectors` vectors, a function of the seed; `kind` distinguishes sketches of one seed.
  init(vectors: Int, count: Int, seed: UInt64, kind: Int) {
    var generator = CounterGenerator(RandomStream(seed: seed, purpose: .sketch, step: kind))
    let words = (0..<vectors).map { _ in generator.next() }
    self.count = count
    places = words.map { Int($0.multipliedFullWidth(by: UInt64(count)).high) }
    signs = words.map { $0 & 1 == 0 ? 1 : -1 }
  }

  /// Each vector in a sum of its own: no sketch.
  init(all vectors: Int) {
    count = vectors
    places = Array(0..<vectors)
    signs = [Double](repeating: 1, count: vectors)
  }
}
