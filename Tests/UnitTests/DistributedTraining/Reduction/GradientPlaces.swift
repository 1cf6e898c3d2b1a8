import ConcreteAutoencoder

/// Which parameter each element of a rank's gradient belongs to, found by the tensors' names.
struct GradientPlaces {
  /// For each element of the gradient its parameter in the model's layout; nil for padding.
  let parameters: [Int?]
  /// The parameters that belong to features.
  let ofFeatures: Set<Int>

  /// - Parameters:
  ///   - gradientLayout: the rank's.
  ///   - features: the features that it has.
  init(shape: ModelShape, gradientLayout: ParameterLayout, features: Range<Int>) {
    let layout = ParameterLayout(shape: shape)
    let last = layout.layers[layout.layers.count - 1]
    var parameters = [Int?](repeating: nil, count: gradientLayout.count)
    var ofFeatures: Set<Int> = []
    for (whole, own) in zip(layout.tensors, gradientLayout.tensors) {
      precondition(whole.name == own.name)
      for index in 0..<own.count {
        var place = whole.offset + index
        if whole == layout.logits {
          let (selector, feature) = index.quotientAndRemainder(dividingBy: features.count)
          place = whole.offset + selector * shape.featureCount + features.lowerBound + feature
          ofFeatures.insert(place)
        } else if shape.outputsAreFeatures && (whole == last.weight || whole == last.bias) {
          place += features.lowerBound * whole.count / shape.featureCount
          ofFeatures.insert(place)
        }
        parameters[own.offset + index] = place
      }
    }
    self.parameters = parameters
    self.ofFeatures = ofFeatures
  }

  /// Every parameter of a model.
  static func all(of shape: ModelShape) -> Set<Int> {
    Set(ParameterLayout(shape: shape).tensors.flatMap { Array($0.offset..<$0.offset + $0.count) })
  }
}
