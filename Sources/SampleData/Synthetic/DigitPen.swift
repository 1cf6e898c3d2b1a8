import CounterRandom

/// Writes one digit: picks a way to write it, bends and tilts it, and places it as MNIST's digits are.
///
/// Adds, multiplies, divides and takes square roots only: these round the same everywhere, so the same seed
/// gives the same bytes on any machine.
struct DigitPen {
  private var random: CounterGenerator

  init(_ stream: RandomStream) { random = CounterGenerator(stream) }

  /// A uniform digit.
  mutating func digit() -> Int { min(Int(random.uniform() * 10), 9) }

  /// The strokes of `digit` in pixels of a 28 x 28 image, with the pen's radius along each.
  mutating func strokes(of digit: Int) -> [PenStroke] {
    let template = pick(DigitTemplate.digits[digit])
    let sloppiness = uniform(0.015, 0.06)
    let drawn = template.strokes.map { smooth(jitter($0, by: sloppiness)) }
    let bent = bend(drawn, slant: digit == 1 ? 0.28 : 0.16)
    // Half the line's width in pixels: mostly near 1.2, now and then a marker's.
    let u = random.uniform()
    let radius = 0.75 + 0.75 * u + 0.6 * u * u * u * u
    return place(bent, radius: radius).map { points in
      let change = 0.18 * normal()
      let start = radius * min(max(1 - change, 0.7), 1.3)
      let end = radius * min(max(1 + change, 0.7), 1.3)
      return PenStroke(points: points, startRadius: start, endRadius: end)
    }
  }

  /// How far the ink's edge spreads, in pixels.
  mutating func edge() -> Double { uniform(0.45, 0.8) }

  private mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * random.uniform()
  }

  /// About normal: the sum of four uniform numbers, scaled to variance 1; at most 3.47 from 0.
  private mutating func normal() -> Double {
    var sum = -2.0
    for _ in 0..<4 { sum += random.uniform() }
    return sum * 1.732_050_807_568_877_2
  }

  private mutating func pick(_ templates: [DigitTemplate]) -> DigitTemplate {
    var rest = random.uniform() * templates.reduce(0) { $0 + $1.weight }
    return templates.first {
      rest -= $0.weight
      return rest < 0
    } ?? templates[templates.count - 1]
  }

  /// Moves each control point a little, a doubled one as one; ends stop short or run over.
  private mutating func jitter(_ stroke: [StrokePoint], by amount: Double) -> [StrokePoint] {
    var points: [StrokePoint] = []
    for (index, point) in stroke.enumerated() {
      let isDoubled = index > 0 && point == stroke[index - 1]
      points.append(isDoubled ? points[index - 1] : point + StrokePoint(normal(), normal()) * amount)
    }
    let last = points.count - 1
    points[0] += (points[0] - points[1]) * (0.12 * normal())
    points[last] += (points[last] - points[last - 1]) * (0.15 * normal())
    return points
  }

  /// A Catmull-Rom spline through the points, broken at doubled ones.
  private func smooth(_ points: [StrokePoint]) -> [StrokePoint] {
    let pieces = 5
    var curve = [points[0]]
    for index in 0..<(points.count - 1) {
      let (from, to) = (points[index], points[index + 1])
      if from == to { continue }
      let breaksBefore = index == 0 || from == points[index - 1]
      let breaksAfter = index + 2 == points.count || points[index + 2] == to
      let into = breaksBefore ? to - from : (to - points[index - 1]) * 0.5
      let out = breaksAfter ? to - from : (points[index + 2] - from) * 0.5
      for piece in 1...pieces {
        let t = Double(piece) / Double(pieces)
        let u = 1 - t
        let ahead = from * (u * u * (1 + 2 * t)) + to * (t * t * (3 - 2 * t))
        curve.append(ahead + into * (u * u * t) - out * (t * t * u))
      }
    }
    return curve
  }

  /// The hand: aspect, slant, rotation, and a gentle bend of the whole digit.
  private mutating func bend(_ strokes: [[StrokePoint]], slant: Double) -> [[StrokePoint]] {
    let width = uniform(0.62, 1.15)
    let slant = slant + 0.22 * normal()
    let halfTangent = 0.07 * normal()
    let scale = 1 / (1 + halfTangent * halfTangent)
    let (cosine, sine) = ((1 - halfTangent * halfTangent) * scale, 2 * halfTangent * scale)
    let (arch, sag) = (0.2 * normal(), 0.16 * normal())
    let (taper, lean) = (0.22 * normal(), 0.18 * normal())
    return strokes.map { stroke in
      stroke.map { point in
        let (x, y) = (point.x - 0.5, point.y - 0.5)
        let bentX = x + arch * (y * y - 0.1) + taper * x * y
        let bentY = y + sag * (x * x - 0.1) + lean * x * y
        let slantedX = bentX * width - slant * bentY
        return StrokePoint(cosine * slantedX - sine * bentY, sine * slantedX + cosine * bentY)
      }
    }
  }

  /// Fits the digit into about 20 x 20 pixels and puts its centre of mass near the middle, as MNIST does.
  private mutating func place(_ strokes: [[StrokePoint]], radius: Double) -> [[StrokePoint]] {
    var (mass, weight) = (StrokePoint(0, 0), 0.0)
    for stroke in strokes {
      for (from, to) in zip(stroke, stroke.dropFirst()) {
        let length = (to - from).length
        mass += (to + from) * (0.5 * length)
        weight += length
      }
    }
    let low = strokes.joined().reduce(strokes[0][0]) { pointwiseMin($0, $1) }
    let high = strokes.joined().reduce(strokes[0][0]) { pointwiseMax($0, $1) }
    let scale = (uniform(18.2, 20.2) - 2 * radius) / (high - low).max()
    let centre = mass * (1 / weight)
    let middle = StrokePoint(14 + 0.55 * normal(), 14 + 0.55 * normal())
    // A long tail may pull the centre of mass far: the ink still stays on the paper.
    let margin = 1.3 * radius + 1.3  // the widest end, its soft edge, half a pixel
    let target = pointwiseMin(
      pointwiseMax(middle, margin + (centre - low) * scale), 28 - margin - (high - centre) * scale)
    return strokes.map { stroke in stroke.map { ($0 - centre) * scale + target } }
  }
}
