import Foundation
import RunStore
import TensorFiles
import Testing

/// The parameters of a `model.safetensors`, to compare runs by.
struct TrainedModel {
  /// The whole file.
  let bytes: Data
  /// Values by tensor name.
  let tensors: [String: [Float]]
  /// The feature of each selector.
  let selection: [Int]

  /// Reads the model of a run directory.
  init(run: String) throws {
    let path = RunDirectory(path: run).model
    bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let file = try SafetensorsFile(path: path)
    var tensors: [String: [Float]] = [:]
    for tensor in file.tensors {
      tensors[tensor.name] = file.withBytes(of: tensor) { Array($0.bindMemory(to: Float.self)) }
    }
    let logits = try #require(tensors["encoder.logits"])
    let features = try #require(file["encoder.logits"]?.shape.last)
    selection = stride(from: 0, to: logits.count, by: features).map { start in
      (0..<features).max { logits[start + $0] < logits[start + $1] }!
    }
    self.tensors = tensors
  }

  /// Whether every selector chose the feature that `reference` chose, or one that is as good there: where the
  /// two largest logits differ by less than `tie`, rounding decides.
  func selectsLike(_ reference: TrainedModel, tie: Float) throws -> Bool {
    let logits = try #require(reference.tensors["encoder.logits"])
    let features = logits.count / reference.selection.count
    return zip(selection, reference.selection).enumerated().allSatisfy { selector, chosen in
      let row = selector * features
      return logits[row + chosen.0] >= logits[row + chosen.1] - tie
    }
  }

  /// For each tensor the Euclidean norm of the difference by that of `reference`; the largest of them.
  func relativeError(to reference: TrainedModel) throws -> Double {
    #expect(Set(tensors.keys) == Set(reference.tensors.keys))
    var largest = 0.0
    for (name, expected) in reference.tensors {
      let found = try #require(tensors[name])
      try #require(found.count == expected.count)
      var difference = 0.0, norm = 0.0
      for (a, b) in zip(found, expected) {
        difference += Double(a - b) * Double(a - b)
        norm += Double(b) * Double(b)
      }
      let error = (difference / norm).squareRoot()
      // A maximum would drop a NaN.
      if !(error <= largest) { largest = error }
    }
    return largest
  }
}
