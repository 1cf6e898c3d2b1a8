import Foundation
import Tables
import Testing

@Suite struct MNISTDatasetTests {
  @Test(arguments: MNISTDataset.Split.allCases) func findsEveryName(split: MNISTDataset.Split) throws {
    let stem = split.rawValue
    for (images, labels) in [
      ("-images-idx3-ubyte", "-labels-idx1-ubyte"), ("-images.idx3-ubyte", "-labels.idx1-ubyte"),
    ] {
      for compressed in [false, true] {
        let directory = try TemporaryDirectory()
        let suffix = compressed ? ".gz" : ""
        let pixels = idx([3, 2, 2]), classes = idx([3], [5, 0, 4])
        try directory.write(compressed ? gzip(pixels) : pixels, as: stem + images + suffix)
        var table = try MNISTDataset.open(directory: directory.path, split: split)
        #expect(table.labels == nil && table.features.rowCount == 3)
        try directory.write(compressed ? gzip(classes) : classes, as: stem + labels + suffix)
        table = try MNISTDataset.open(directory: directory.path, split: split)
        #expect(table.labels == [5, 0, 4] && table.features.grid == FeatureGrid(rows: 2, columns: 2))
      }
    }
  }

  @Test func prefersUnpacked() throws {
    let directory = try TemporaryDirectory()
    try directory.write(gzip(idx([2, 1, 1])), as: "train-images-idx3-ubyte.gz")
    try directory.write(idx([3, 1, 1]), as: "train-images.idx3-ubyte")
    #expect(try MNISTDataset.open(directory: directory.path, split: .train).features.rowCount == 3)
    try directory.write(idx([4, 1, 1]), as: "train-images-idx3-ubyte")
    #expect(try MNISTDataset.open(directory: directory.path, split: .train).features.rowCount == 4)
  }

  /// Content of the images' and labels' files, and what the message must say.
  static let bad: [(images: [UInt8], labels: [UInt8]?, says: [String])] = [
    (idx([3]), nil, ["train-images-idx3-ubyte", "holds labels", "00 00 08 01"]),
    (idx([3, 4]), nil, ["train-images-idx3-ubyte", "3 dimensions", "it has 2 (3 x 4)"]),
    (idx([3, 2, 2]), idx([3, 2, 2]), ["train-labels-idx1-ubyte", "holds images", "00 00 08 03"]),
    (idx([3, 2, 2]), idx([3, 1]), ["train-labels-idx1-ubyte", "1 dimension", "3 x 1"]),
    (
      idx([3, 2, 2]), idx([4]),
      ["train-images-idx3-ubyte holds 3 images", "train-labels-idx1-ubyte holds 4 labels"]
    ),
    (idx([3, 2, 2]), idx([3]).dropLast(), ["train-labels-idx1-ubyte", "cut short"]),
    (idx([3, 2, 2]), [], ["train-labels-idx1-ubyte", "is empty"]),
  ]

  @Test(arguments: bad.indices) func refuses(index: Int) throws {
    let directory = try TemporaryDirectory()
    let (images, labels, says) = Self.bad[index]
    try directory.write(images, as: "train-images-idx3-ubyte")
    if let labels { try directory.write(labels, as: "train-labels-idx1-ubyte") }
    let text = try #require(
      message { _ = try MNISTDataset.open(directory: directory.path, split: .train) })
    for part in says { #expect(text.contains(part)) }
  }

  @Test func saysWhatWasLookedFor() throws {
    let directory = try TemporaryDirectory()
    try directory.write(idx([3, 2, 2]), as: "train-images-idx3-ubyte")
    for (path, says) in [(directory.path, "none of"), (directory.file("none"), "no such directory")] {
      let text = try #require(message { _ = try MNISTDataset.open(directory: path, split: .test) })
      for part in [
        path, says, "t10k-images-idx3-ubyte, t10k-images.idx3-ubyte, t10k-images-idx3-ubyte.gz",
        "cae data mnist --output \(path)", "cae data synthetic --output \(path)",
      ] { #expect(text.contains(part)) }
    }
  }

  @Test func danglingLinkIsNotTakenForAbsent() throws {
    let directory = try TemporaryDirectory()
    try directory.write(idx([3, 2, 2]), as: "train-images-idx3-ubyte")
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("train-labels-idx1-ubyte"), withDestinationPath: directory.file("gone"))
    let text = try #require(
      message { _ = try MNISTDataset.open(directory: directory.path, split: .train) })
    #expect(text.contains("train-labels-idx1-ubyte") && text.contains("no such file"))
  }
}
