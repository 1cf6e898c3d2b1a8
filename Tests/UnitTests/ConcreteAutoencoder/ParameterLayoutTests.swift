import ConcreteAutoencoder
import Testing

@Suite struct ParameterLayoutTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let hidden: [Int]
    let layerNorm: Bool
    let tensors: [String: [Int]]
    var testDescription: String { "hidden \(hidden), layer norm \(layerNorm)" }
  }

  static let cases = [
    Case(hidden: [], layerNorm: false, tensors: ["0.weight": [30, 4], "0.bias": [30]]),
    Case(hidden: [], layerNorm: true, tensors: ["0.weight": [30, 4], "0.bias": [30]]),
    Case(
      hidden: [7], layerNorm: false,
      tensors: ["0.weight": [7, 4], "0.bias": [7], "3.weight": [30, 7], "3.bias": [30]]),
    Case(
      hidden: [7], layerNorm: true,
      tensors: [
        "0.weight": [7, 4], "0.bias": [7], "1.weight": [7], "1.bias": [7], "4.weight": [30, 7],
        "4.bias": [30],
      ]),
    Case(
      hidden: [7, 9], layerNorm: false,
      tensors: [
        "0.weight": [7, 4], "0.bias": [7], "3.weight": [9, 7], "3.bias": [9], "6.weight": [30, 9],
        "6.bias": [30],
      ]),
    Case(
      hidden: [7, 9], layerNorm: true,
      tensors: [
        "0.weight": [7, 4], "0.bias": [7], "1.weight": [7], "1.bias": [7], "4.weight": [9, 7],
        "4.bias": [9], "5.weight": [9], "5.bias": [9], "8.weight": [30, 9], "8.bias": [30],
      ]),
  ]

  @Test("names and sizes are those of the PyTorch module", arguments: cases)
  func names(_ expected: Case) {
    let layout = ParameterLayout(
      shape: ModelShape(
        featureCount: 30, selectorCount: 4, hidden: expected.hidden, layerNorm: expected.layerNorm))
    var tensors = ["encoder.logits": [4, 30]]
    for (name, shape) in expected.tensors { tensors["decoder.\(name)"] = shape }
    #expect(Dictionary(uniqueKeysWithValues: layout.tensors.map { ($0.name, $0.shape) }) == tensors)
    #expect(layout.parameterCount == tensors.values.reduce(0) { $0 + $1.reduce(1, *) })
    #expect(layout.layers.count == expected.hidden.count + 1)
  }

  @Test("tensors start on cache lines, in order, without overlap", arguments: cases)
  func offsets(_ expected: Case) {
    let layout = ParameterLayout(
      shape: ModelShape(
        featureCount: 30, selectorCount: 4, hidden: expected.hidden, layerNorm: expected.layerNorm))
    #expect(layout.tensors.first == layout.logits)
    #expect(layout.logits.offset == 0)
    #expect(layout.decoderOffset == layout.layers[0].weight.offset)
    for (slot, next) in zip(layout.tensors, layout.tensors.dropFirst()) {
      #expect(slot.offset % 16 == 0)
      #expect(slot.offset + slot.count <= next.offset)
      #expect(next.offset < slot.offset + slot.count + 16)
    }
    let last = layout.tensors[layout.tensors.count - 1]
    #expect(layout.count >= last.offset + last.count)
  }

  @Test("what logits follow from stands behind all else, which keeps its places", arguments: cases)
  func indirect(_ expected: Case) throws {
    func layout(_ size: Int?) -> ParameterLayout {
      ParameterLayout(
        shape: ModelShape(
          featureCount: 30, selectorCount: 4, hidden: expected.hidden, layerNorm: expected.layerNorm,
          indirectSize: size))
    }
    let (direct, indirect) = (layout(nil), layout(6))
    #expect(Array(indirect.tensors.prefix(direct.tensors.count)) == direct.tensors)
    #expect(indirect.decoderEnd == direct.count && indirect.decoderOffset == direct.decoderOffset)
    let tensors = try #require(indirect.indirect)
    #expect([tensors.psi, tensors.weight, tensors.bias] == indirect.tensors.suffix(3))
    #expect([tensors.psi, tensors.weight, tensors.bias].map(\.shape) == [[4, 6], [30, 6], [30]])
    #expect(tensors.psi.offset == indirect.indirectRange.lowerBound)
    #expect(indirect.trained == Array(indirect.tensors.dropFirst()) && direct.trained == direct.tensors)
    #expect(indirect.parameterCount == direct.parameterCount - 120 + 24 + 180 + 30)
    #expect(direct.indirect == nil && direct.indirectRange.isEmpty)
  }

  @Test func classificationEndsInClasses() throws {
    let layout = ParameterLayout(
      shape: ModelShape(
        featureCount: 30, selectorCount: 4, hidden: [7], task: .classify, targetCount: 10))
    #expect(layout.layers.last?.weight.shape == [10, 7])
    #expect(layout.layers.last?.bias.shape == [10])
  }
}
