import Foundation

/// The same mathematics as the vector loops, written plainly in double: what the loops are compared with.
enum PlainLoops {
  static func logSoftmax(_ x: [Double]) -> [Double] {
    let top = x.max() ?? 0
    let shift = top + log(x.reduce(0) { $0 + exp($1 - top) })
    return x.map { $0 - shift }
  }

  static func softmax(_ x: [Double]) -> [Double] { logSoftmax(x).map { exp($0) } }

  /// dx for y = softmax(x), from dy.
  static func softmaxBackward(_ dy: [Double], _ y: [Double]) -> [Double] {
    let dot = zip(dy, y).reduce(0) { $0 + $1.0 * $1.1 }
    return zip(dy, y).map { $1 * ($0 - dot) }
  }

  static func normalized(_ x: [Double], epsilon: Double) -> (values: [Double], inverseDeviation: Double) {
    let mean = x.reduce(0, +) / Double(x.count)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
    let inverse = 1 / (variance + epsilon).squareRoot()
    return (x.map { ($0 - mean) * inverse }, inverse)
  }
}
