import ConcreteAutoencoder
import LinearAlgebra
import Testing

/// Twenty Adam steps against PyTorch's, with gradients from 1e-6 to 1 where epsilon's place shows.
@Suite struct AdamReferenceTests {
  struct Reference: Decodable {
    let learningRate: Double
    let start: [Double]
    let gradients: [[Double]]
    let parameters: [[Double]]
    let firstMoment: [Double]
    let secondMoment: [Double]
  }

  @Test func floatFollowsPyTorch() throws { try check(Float.self, tolerance: 1e-5) }

  @Test func doubleFollowsPyTorch() throws { try check(Double.self, tolerance: 1e-12) }

  /// The selector and the decoder's weights get the same gradients, so both must follow the reference.
  private func check<Scalar: Real>(_: Scalar.Type, tolerance: Double) throws {
    let reference = try ReferenceCase.decode("adam", as: Reference.self)
    let size = reference.start.count
    let layout = ParameterLayout(shape: ModelShape(featureCount: size, selectorCount: 1, hidden: []))
    let places = [layout.logits.offset, layout.layers[0].weight.offset]
    let parameters = AlignedBuffer<Scalar>(count: layout.count)
    let gradient = AlignedBuffer<Scalar>(count: layout.count)
    let adam = Adam<Scalar>(layout: layout)
    for (index, value) in reference.start.enumerated() {
      for place in places { parameters.base[place + index] = Scalar(value) }
    }
    for (step, values) in reference.gradients.enumerated() {
      for (index, value) in values.enumerated() {
        for place in places { gradient.base[place + index] = Scalar(value) }
      }
      adam.update(
        parameters: parameters, gradient: gradient.base,
        rates: .init(
          step: step, selectorRate: reference.learningRate, decoderRate: reference.learningRate))
      for place in places {
        expectClose(
          parameters.base + place, reference.parameters[step], tolerance: tolerance, "step \(step)")
      }
    }
    for place in places {
      expectClose(adam.first.base + place, reference.firstMoment, tolerance: tolerance, "first moment")
      expectClose(adam.second.base + place, reference.secondMoment, tolerance: tolerance, "second moment")
    }
  }

  @Test("the two rates act on their own parameters only")
  func separateRates() {
    let layout = ParameterLayout(shape: ModelShape(featureCount: 20, selectorCount: 3, hidden: [4]))
    let parameters = AlignedBuffer<Float>(count: layout.count)
    let gradient = AlignedBuffer<Float>(count: layout.count)
    for slot in layout.tensors {
      for index in 0..<slot.count { gradient.base[slot.offset + index] = 1 }
    }
    Adam<Float>(layout: layout).update(
      parameters: parameters, gradient: gradient.base,
      rates: .init(step: 0, selectorRate: 0.5, decoderRate: 0.25))
    for slot in layout.tensors {
      let expected: Float = slot.name == "encoder.logits" ? -0.5 : -0.25
      for index in 0..<slot.count {
        #expect(abs(parameters.base[slot.offset + index] - expected) < 1e-5, "\(slot.name)[\(index)]")
      }
    }
    let padding = layout.decoderOffset - layout.logits.count
    #expect(padding > 0)
    for index in layout.logits.count..<layout.decoderOffset { #expect(parameters.base[index] == 0) }
  }
}
