import ConcreteAutoencoder
import Testing

@Suite struct SelectedFeaturesTests {
  @Test(
    "the first of ties, wherever they stand",
    arguments: [
      ([1, 1, 1], 0), ([0, 2, 2], 1), ([-3, -2, -1], 2), ([-1, -1, -2], 0), ([0, -0.0, 0], 0),
    ] as [([Float], UInt32)])
  func firstOfTies(logits: [Float], expected: UInt32) {
    let model = Autoencoder<Float>(
      shape: ModelShape(featureCount: logits.count, selectorCount: 1, hidden: []))
    for (j, value) in logits.enumerated() { model.logits[0, j] = value }
    #expect(model.selectedFeatures() == [expected])
  }

  @Test("every position of a row longer than the vector lanes", arguments: [1, 15, 16, 17, 33, 784])
  func everyPosition(columns: Int) {
    let model = Autoencoder<Float>(
      shape: ModelShape(featureCount: columns, selectorCount: columns, hidden: []))
    for k in 0..<columns {
      for j in 0..<columns { model.logits[k, j] = -5 - Float(j % 3) }
      model.logits[k, k] = -1
      if k + 1 < columns { model.logits[k, columns - 1] = -1 }
    }
    #expect(model.selectedFeatures() == (0..<UInt32(columns)).map { $0 })
  }
}
