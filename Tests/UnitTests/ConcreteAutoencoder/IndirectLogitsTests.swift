import ConcreteAutoencoder
import LinearAlgebra
import Testing

@Suite struct IndirectLogitsTests {
  /// Several parts of features and of selectors, the last of each shorter.
  static let shape = ModelShape(featureCount: 150, selectorCount: 35, hidden: [4], indirectSize: 20)

  private func model<Scalar: Real>(
    _ type: Scalar.Type, shape: ModelShape = shape, seed: UInt64 = 7, warmStart: [Int] = [], never: [Int] = []
  ) -> Autoencoder<Scalar> {
    let model = Autoencoder<Scalar>(shape: shape)
    model.initialize(seed: seed, logits: .uniform, warmStart: warmStart, never: never)
    return model
  }

  private func values(_ model: Autoencoder<Double>, _ slot: TensorSlot) -> [Double] {
    Array(model.parameters.elements[slot.offset..<slot.offset + slot.count])
  }

  @Test("L = Psi W^T + 1 b^T")
  func product() throws {
    let model = model(Double.self)
    let tensors = try #require(model.layout.indirect)
    let (psi, weight, bias) = (
      values(model, tensors.psi), values(model, tensors.weight), values(model, tensors.bias)
    )
    var expected: [Double] = []
    for k in 0..<35 {
      for j in 0..<150 {
        var logit = bias[j]
        for i in 0..<20 { logit += psi[k * 20 + i] * weight[j * 20 + i] }
        expected.append(logit)
      }
    }
    expectClose(model.logits.base, expected, tolerance: 1e-14, "logits")
  }

  @Test("Psi is standard normal, W and b uniform in +-1/sqrt(p), by the seed alone")
  func start() throws {
    let shape = ModelShape(featureCount: 400, selectorCount: 100, hidden: [], indirectSize: 50)
    let model = model(Double.self, shape: shape)
    let tensors = try #require(model.layout.indirect)
    let psi = values(model, tensors.psi)
    let mean = psi.reduce(0, +) / Double(psi.count)
    let square = psi.map { $0 * $0 }.reduce(0, +) / Double(psi.count)
    #expect(abs(mean) < 0.06 && abs(square - 1) < 0.08, "\(mean), \(square)")
    let bound = 1 / 50.0.squareRoot()
    for slot in [tensors.weight, tensors.bias] {
      let values = values(model, slot)
      #expect(values.allSatisfy { abs($0) <= bound })
      #expect(values.map(abs).max() ?? 0 > 0.97 * bound)
      let variance = values.map { $0 * $0 }.reduce(0, +) / Double(values.count)
      #expect(abs(3 * variance / (bound * bound) - 1) < 0.2)
    }
    let again = self.model(Double.self, shape: shape)
    #expect(Array(model.parameters.elements) == Array(again.parameters.elements))
    let other = self.model(Double.self, shape: shape, seed: 8)
    #expect(zip(psi, values(other, tensors.psi)).allSatisfy { $0 != $1 })
  }

  @Test("a warm start gives each selector its feature, and what is never selected has no probability")
  func constraints() {
    let given = (0..<35).map { ($0 * 37 + 5) % 150 }
    let never = (0..<150).filter { !given.contains($0) && $0 % 3 == 0 }
    let model = model(Float.self, warmStart: given, never: never)
    let margin = Float(InitialLogits.warmStartMargin(featureCount: 150))
    let plain = self.model(Float.self)
    #expect(model.selectedFeatures() == given.map(UInt32.init))
    for (k, feature) in given.enumerated() {
      #expect(abs(model.logits[k, feature] - plain.logits[k, feature] - margin) < 1e-4)
      for feature in never { #expect(model.logits[k, feature] < -5_000) }
    }
  }

  @Test("logits and gradients have the same bits, however many workers divide the parts")
  func shares() {
    BLASRuntime.threadCount = 1
    let whole = model(Float.self)
    let count = whole.layout.indirectRange.count
    let logitsGradient = AlignedBuffer<Float>(count: whole.logits.count)
    for index in 0..<logitsGradient.count { logitsGradient.base[index] = Float(index * 7 % 31) / 31 - 0.4 }
    let view = MatrixView(logitsGradient.base, rows: 35, columns: 150)
    let expected = AlignedBuffer<Float>(count: count)
    IndirectLogits(of: whole)?.backward(view, into: expected.base)
    for workers in [2, 3, 4, 7, 16] {
      let model = model(Float.self)
      model.logits.clear()
      let gradient = AlignedBuffer<Float>(count: count)
      for worker in 0..<workers {
        IndirectLogits(of: model)?.derive(share: worker, of: workers)
        IndirectLogits(of: model)?.backward(view, into: gradient.base, share: worker, of: workers)
      }
      #expect(Array(model.logits.bits) == Array(whole.logits.bits), "\(workers) workers")
      #expect(
        gradient.elements.map(\.bitPattern) == expected.elements.map(\.bitPattern), "\(workers) workers")
    }
  }

  @Test("a model whose logits are parameters has none")
  func direct() {
    #expect(IndirectLogits(of: Autoencoder<Float>(shape: Self.shape.direct)) == nil)
  }
}

extension MatrixView<Float> {
  fileprivate var bits: [UInt32] { (0..<count).map { base[$0].bitPattern } }
}
