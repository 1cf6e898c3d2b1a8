import ConcreteAutoencoder
import LinearAlgebra
import Testing

@Suite struct InitialisationTests {
  static let shape = ModelShape(featureCount: 300, selectorCount: 20, hidden: [40, 30], layerNorm: true)

  private func model(
    _ logits: InitialLogits = .uniform, seed: UInt64 = 7, warmStart: [Int] = [], shape: ModelShape = shape
  ) -> Autoencoder<Float> {
    let model = Autoencoder<Float>(shape: shape)
    model.initialize(seed: seed, logits: logits, warmStart: warmStart)
    return model
  }

  private func values(_ model: Autoencoder<Float>, _ slot: TensorSlot) -> [Double] {
    (0..<slot.count).map { Double(model.parameters.base[slot.offset + $0]) }
  }

  @Test("the same seed gives the same parameters, another seed others", arguments: InitialLogits.allCases)
  func determinism(logits: InitialLogits) {
    let (first, again, other) = (model(logits), model(logits), model(logits, seed: 8))
    let differing = (0..<first.layout.count).filter { first.parameters.base[$0] != again.parameters.base[$0] }
    #expect(differing.isEmpty)
    let drawn = [other.layout.logits] + other.layout.layers.flatMap { [$0.weight, $0.bias] }
    for slot in drawn {
      let range = slot.offset..<slot.offset + slot.count
      let same = range.count { first.parameters.base[$0] == other.parameters.base[$0] }
      #expect(same <= 1 + slot.count / 100, "\(slot.name)")
    }
  }

  @Test("linear layers are uniform in +-1/sqrt(inputs)")
  func linearLayers() {
    let model = model()
    for layer in model.layout.layers {
      let bound = 1 / Double(layer.inputs).squareRoot()
      for slot in [layer.weight, layer.bias] {
        let values = values(model, slot)
        #expect(values.allSatisfy { abs($0) < bound * (1 + 1e-6) })
        #expect(values.map(abs).max() ?? 0 > 0.8 * bound, "\(slot.name) fills its range")
        guard slot.count > 500 else { continue }
        // 5 standard errors of the mean of a uniform variable and of its square.
        let count = Double(slot.count)
        let mean = values.reduce(0, +) / count
        let square = values.reduce(0) { $0 + $1 * $1 } / count
        #expect(abs(mean) < 5 * bound / (3 * count).squareRoot(), "\(slot.name)")
        #expect(abs(square - bound * bound / 3) < 5 * bound * bound * (4.0 / 45 / count).squareRoot())
      }
    }
  }

  @Test("normalisation starts as the identity")
  func normalisation() throws {
    let model = model()
    for layer in model.layout.layers.dropLast() {
      #expect(values(model, try #require(layer.gain)).allSatisfy { $0 == 1 })
      #expect(values(model, try #require(layer.shift)).allSatisfy { $0 == 0 })
    }
  }

  @Test("tensors of equal size in different layers have nothing in common")
  func layersAreIndependent() {
    let shape = ModelShape(featureCount: 32, selectorCount: 32, hidden: [32, 32])
    let model = model(shape: shape)
    let weights = model.layout.tensors.filter { $0.count == 1024 }.map { values(model, $0) }
    #expect(weights.count == 4)
    for (index, first) in weights.enumerated() {
      for second in weights[(index + 1)...] { #expect(abs(correlation(first, second)) < 5 / 32.0) }
    }
    let biases = model.layout.layers.map { values(model, $0.bias) }
    for (layer, bias) in zip(model.layout.layers, biases) {
      #expect(Array(values(model, layer.weight).prefix(32)) != bias)
    }
    #expect(Set(biases).count == 3)
  }

  @Test("selectors start with different logits", arguments: InitialLogits.allCases)
  func selectorsDiffer(logits: InitialLogits) {
    let model = model(logits)
    let rows = (0..<20).map { k in (0..<300).map { model.logits[k, $0] } }
    #expect(Set(rows).count == 20)
    #expect(abs(correlation(rows[0].map(Double.init), rows[1].map(Double.init))) < 5 / 300.0.squareRoot())
  }

  @Test func uniformLogitsAreSmall() {
    let all = values(model(.uniform), model().layout.logits)
    #expect(all.allSatisfy { abs($0) <= 0.01 })
    #expect(all.max() ?? 0 > 0.0099 && all.min() ?? 0 < -0.0099)
  }

  @Test("the report's logits are positive and each row sums to 1")
  func reportLogits() {
    let model = model(.report)
    for k in 0..<20 {
      let row = (0..<300).map { Double(model.logits[k, $0]) }
      #expect(row.allSatisfy { $0 > 0 && $0 < 0.01 })
      #expect(abs(row.reduce(0, +) - 1) < 1e-6)
    }
  }

  @Test func glorotLogitsAreNormal() {
    let all = values(model(.glorot), model().layout.logits)
    let variance = 2 / 320.0
    let count = Double(all.count)
    #expect(abs(all.reduce(0, +) / count) < 5 * (variance / count).squareRoot())
    let square = all.reduce(0) { $0 + $1 * $1 } / count
    #expect(abs(square - variance) < 5 * variance * (2 / count).squareRoot())
    let within = Double(all.count { abs($0) < variance.squareRoot() }) / count
    #expect(abs(within - 0.6827) < 5 * (0.6827 * 0.3173 / count).squareRoot())
  }

  @Test("a warm start gives its features the margin; further selectors keep theirs")
  func warmStart() {
    let plain = model(.uniform)
    let warm = model(.uniform, warmStart: [5, 299, 0])
    for k in 0..<20 {
      for j in 0..<300 {
        let head = k < 3 && [5, 299, 0][k] == j
        let expected =
          plain.logits[k, j] + (head ? Float(InitialLogits.warmStartMargin(featureCount: 300)) : 0)
        #expect(warm.logits[k, j] == expected)
      }
    }
    #expect(Array(warm.selectedFeatures().prefix(3)) == [5, 299, 0])
  }

  private func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let count = Double(x.count)
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - meanX) * (a - meanX)
      yy += (b - meanY) * (b - meanY)
      xy += (a - meanX) * (b - meanY)
    }
    return xy / (xx * yy).squareRoot()
  }
}
