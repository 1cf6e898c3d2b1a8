import Foundation
import SampleData
import Tables
import Testing

@Suite struct SyntheticDigitsTests {
  private static let size = 28 * 28
  private static let sample = Result {
    try SyntheticDigits(seed: 3, trainCount: 3000, testCount: 500).samples(of: .training)
  }

  private func images(_ samples: (images: [UInt8], labels: [UInt8])) -> [ArraySlice<UInt8>] {
    samples.labels.indices.map { samples.images[($0 * Self.size)..<(($0 + 1) * Self.size)] }
  }

  @Test func imagesDependOnSeedPartAndIndexAlone() throws {
    let small = try SyntheticDigits(seed: 3, trainCount: 40, testCount: 40)
    let (train, test) = (small.samples(of: .training), small.samples(of: .test))
    let large = try Self.sample.get()
    #expect(train.images == Array(large.images.prefix(40 * Self.size)))
    #expect(train.labels == Array(large.labels.prefix(40)))
    #expect(test.images != train.images)
    let other = try SyntheticDigits(seed: 4, trainCount: 40, testCount: 1).samples(of: .training)
    #expect(other.images != train.images && other.labels != train.labels)
    #expect(Set(images(large)).count == 3000)
  }

  /// What is drawn uses no function that differs between machines.
  @Test func bytesStayTheSame() throws {
    let directory = try TemporaryDirectory()
    _ = try SyntheticDigits(seed: 1, trainCount: 100, testCount: 10).write(to: directory.path)
    let file = try IDXFile(path: directory.file("train-images-idx3-ubyte"))
    #expect(file.contentHash() == "feaf660ae50fe42c60e67579511db42d6ccb634baa5b90621bb19321d8ab3444")
  }

  /// Each digit about as often; ink like MNIST's (mean 33 of 255, a fifth of the pixels) on an empty border.
  @Test func looksLikeMNIST() throws {
    let samples = try Self.sample.get()
    for digit in UInt8(0)...9 {
      #expect((220...380).contains(samples.labels.count { $0 == digit }))  // 300 +- 5 deviations
    }
    let mean = Double(samples.images.reduce(0) { $0 + Int($1) }) / Double(samples.images.count)
    #expect((28...38).contains(mean))
    let inked = Double(samples.images.count { $0 > 0 }) / Double(samples.images.count)
    #expect((0.16...0.23).contains(inked))
    for image in images(samples) {
      let pixels = Array(image)
      #expect(pixels.max()! > 200)
      #expect(pixels[..<28].allSatisfy { $0 == 0 } && pixels.suffix(28).allSatisfy { $0 == 0 })
      #expect(stride(from: 0, to: Self.size, by: 28).allSatisfy { pixels[$0] == 0 && pixels[$0 + 27] == 0 })
    }
  }

  /// The nearest of the ten mean images tells digits apart far better than chance, but not perfectly: the
  /// classes are different, and vary.
  @Test func digitsDifferAndVary() throws {
    let samples = try Self.sample.get()
    var means = [[Double]](repeating: [Double](repeating: 0, count: Self.size), count: 10)
    for (image, label) in zip(images(samples), samples.labels) {
      let scale = 1 / Double(samples.labels.count { $0 == label })
      for (pixel, value) in image.enumerated() { means[Int(label)][pixel] += scale * Double(value) }
    }
    let test = try SyntheticDigits(seed: 3, trainCount: 1, testCount: 500).samples(of: .test)
    let right = zip(images(test), test.labels).count { image, label in
      let distances = means.map {
        zip($0, image).reduce(0) { $0 + ($1.0 - Double($1.1)) * ($1.0 - Double($1.1)) }
      }
      return distances.firstIndex(of: distances.min()!) == Int(label)
    }
    #expect((300...485).contains(right))
  }

  @Test func writesASetThatOpens() throws {
    let parent = try TemporaryDirectory()
    let directory = parent.file("new/set")
    let digits = try SyntheticDigits(seed: 7, trainCount: 30, testCount: 20)
    let paths = try digits.write(to: directory)
    #expect(
      paths.map { URL(fileURLWithPath: $0).lastPathComponent } == [
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
      ])
    for (part, count) in [(DataPart.training, 30), (.test, 20)] {
      let opened = try #require(try TableReaders.open(directory, part: part))
      #expect(
        opened.table.rowCount == count && opened.table.schema.grid == FeatureGrid(rows: 28, columns: 28))
      guard case .classes(let codes, _)? = opened.target else {
        Issue.record("no classes")
        continue
      }
      #expect(codes == digits.samples(of: part).labels.map(Int32.init))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory).count == 4)
  }

  @Test(arguments: ["t10k-labels-idx1-ubyte", "train-images-idx3-ubyte.gz", "train-images.idx3-ubyte"])
  func overwritesOnlyWhenForced(name: String) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write([42], as: name)
    let digits = try SyntheticDigits(trainCount: 2, testCount: 1)
    let text = try #require(message { _ = try digits.write(to: directory.path) })
    #expect(text.contains(path) && text.contains("--force"))
    #expect(try directory.names == [name] && contents(of: path) == [42])
    _ = try digits.write(to: directory.path, force: true)
    #expect(try TableReaders.open(directory.path, part: .training)?.table.rowCount == 2)
  }

  @Test func refusesCounts() throws {
    for (train, test, says) in [
      (0, 1, "--train 0"), (1, -1, "--test -1"), (10_000_001, 1, "--train 10000001"),
    ] {
      let text = try #require(message { _ = try SyntheticDigits(trainCount: train, testCount: test) })
      #expect(text.contains(says) && text.contains("from 1 to 10000000"))
    }
  }
}
