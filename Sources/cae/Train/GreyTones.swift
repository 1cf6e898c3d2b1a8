import Tables

/// Scaled values of images as tones from 0, black, to 1, white: of bytes as they are, of numbers over the range that is
/// shown.
struct GreyTones {
  private let preprocessing: Preprocessing
  private let black: Double
  private let white: Double

  /// The tones of a dataset's images; `scaled` are those whose range is shown, `[n, features]`.
  init(_ dataset: Dataset, showing scaled: [Float]) {
    preprocessing = dataset.preprocessing
    let width = dataset.schema.featureCount
    if dataset.schema.kinds.allSatisfy({ $0 == .byte }) {
      (black, white) = (0, 255)
    } else {
      let values = scaled.indices.map { [preprocessing] in
        preprocessing.restored(Double(scaled[$0]), feature: $0 % width)
      }
      black = values.min() ?? 0
      white = max(values.max() ?? 1, black + .leastNormalMagnitude)
    }
  }

  /// The tone of each of the values of whole images; some may be outside 0...1.
  func callAsFunction(_ scaled: [Float]) -> [Float] {
    let width = preprocessing.scale.count
    return scaled.indices.map {
      Float((preprocessing.restored(Double(scaled[$0]), feature: $0 % width) - black) / (white - black))
    }
  }
}
