import AtomicFile
import CounterRandom
import Tables
import Foundation

/// Stroke-drawn digits in the shape of MNIST: 28 x 28 grey levels and labels 0 to 9.
///
/// Image i of a part is a function of the seed, the part and i alone: a larger set begins with a smaller one.
package struct SyntheticDigits: Sendable {
  /// Height and width of an image in pixels.
  package static let side = 28
  /// The most images a part may have.
  package static let largestCount = 10_000_000

  /// The seed all images follow from.
  package var seed: UInt64
  /// Images to train on.
  package var trainCount: Int
  /// Held-out images.
  package var testCount: Int

  /// A set of `trainCount` and `testCount` images.
  ///
  /// Throws `SampleDataError.sampleCount` when a count is below 1 or above `largestCount`.
  package init(seed: UInt64 = 0, trainCount: Int = 10_000, testCount: Int = 2_000) throws {
    for (option, count) in [("--train", trainCount), ("--test", testCount)]
    where !(1...Self.largestCount).contains(count) {
      throw SampleDataError.sampleCount(option: option, found: count, limit: Self.largestCount)
    }
    self.seed = seed
    self.trainCount = trainCount
    self.testCount = testCount
  }

  /// The images `[count, 28, 28]` and labels `[count]` of one part.
  package func samples(of part: DataPart) -> (images: [UInt8], labels: [UInt8]) {
    let count = part == .training ? trainCount : testCount
    let size = Self.side * Self.side
    var labels = [UInt8](repeating: 0, count: count)
    let images = [UInt8](unsafeUninitializedCapacity: count * size) { images, written in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: size) { canvas in
        for index in 0..<count {
          labels[index] = draw(index, of: part, on: canvas)
          for pixel in 0..<size {
            images[index * size + pixel] = UInt8((canvas[pixel] * 255).rounded())
          }
        }
      }
      written = count * size
    }
    return (images, labels)
  }

  /// Writes the four IDX files under MNIST's names into `directory`, which is made if need be.
  ///
  /// All are complete on the disk before the first gets its name. Returns the paths written. Throws
  /// `SampleDataError.exists` when the directory has data of MNIST's names and `force` is false;
  /// `FileError` when they cannot be written.
  package func write(to directory: String, force: Bool = false) throws -> [String] {
    let stems = DataPart.allCases.map { part in
      (part, images: IDXFileNames.name(of: .images, part), labels: IDXFileNames.name(of: .labels, part))
    }
    let present = stems.flatMap { [$0.images, $0.labels] }.compactMap {
      IDXFileNames.find(anyOf: IDXFileNames.names(of: $0), in: directory)
    }
    guard force || present.isEmpty else {
      throw SampleDataError.exists(paths: present)
    }
    try Directory.make(directory)
    var pending: [(path: String, writer: IDXWriter)] = []
    for (part, imagesName, labelsName) in stems {
      let (images, labels) = samples(of: part)
      for (name, dimensions, bytes) in [
        (imagesName, [labels.count, Self.side, Self.side], images), (labelsName, [labels.count], labels),
      ] {
        let path = URL(fileURLWithPath: directory).appendingPathComponent(name).path
        pending.append((path, try IDXWriter(path: path, dimensions: dimensions, bytes: bytes)))
      }
    }
    for (_, writer) in pending { try writer.commit() }
    return pending.map(\.path)
  }

  /// Draws image `index` as ink from 0 to 1 and returns its label.
  private func draw(
    _ index: Int, of part: DataPart, on canvas: UnsafeMutableBufferPointer<Double>
  ) -> UInt8 {
    var pen = DigitPen(
      RandomStream(seed: seed, purpose: .syntheticData, step: part == .training ? 0 : 1, row: index))
    let digit = pen.digit()
    canvas.update(repeating: 0)
    let strokes = pen.strokes(of: digit)
    let edge = pen.edge()
    for stroke in strokes { stroke.draw(on: canvas, edge: edge) }
    return UInt8(digit)
  }
}
