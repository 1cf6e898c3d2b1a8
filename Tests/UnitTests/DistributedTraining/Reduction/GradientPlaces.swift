import ConcreteAutoencoder

/// Which parameter each element of a gradient belongs to, found by the tensors' names and the blocks of the features.
struct GradientPlaces {
  /// For each element of the gradient its parameter in the model's layout; nil for padding.
  let parameters: [Int?]
  /// The block of features that each element belongs to; nil for what belongs to none.
  let blocks: [Int?]

  init(shape: ModelShape, blocks: FeatureBlocks) {
    let layout = ParameterLayout(shape: shape)
    let last = layout.layers[layout.layers.count - 1]
    var parameters = [Int?](repeating: nil, count: layout.count)
    var owners = [Int?](repeating: nil, count: layout.count)
    for tensor in layout.tensors {
      for index in 0..<tensor.count { parameters[tensor.offset + index] = tensor.offset + index }
    }
    for block in 0..<blocks.count {
      let features = blocks[block]
      var place = shape.selectorCount * features.lowerBound
      for selector in 0..<shape.selectorCount {
        for feature in features {
          parameters[place] = selector * shape.featureCount + feature
          owners[place] = block
          place += 1
        }
      }
      guard shape.outputsAreFeatures else { continue }
      for (tensor, width) in [(last.weight, last.inputs), (last.bias, 1)] {
        for index in features.lowerBound * width..<features.upperBound * width {
          owners[tensor.offset + index] = block
        }
      }
    }
    (self.parameters, self.blocks) = (parameters, owners)
  }

  /// Every parameter of a model.
  static func all(of shape: ModelShape) -> Set<Int> {
    Set(ParameterLayout(shape: shape).tensors.flatMap { Array($0.offset..<$0.offset + $0.count) })
  }
}
