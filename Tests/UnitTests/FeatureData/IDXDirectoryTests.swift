import Foundation
import Tables
import Testing

@Suite struct IDXDirectoryTests {
  private func open(_ path: String, _ part: DataPart = .training) throws -> TablePart {
    try #require(try TableReaders.open(path, part: part))
  }

  @Test(arguments: DataPart.allCases) func findsEveryName(part: DataPart) throws {
    let stem = part == .training ? "train" : "t10k"
    for (images, labels) in [
      ("-images-idx3-ubyte", "-labels-idx1-ubyte"), ("-images.idx3-ubyte", "-labels.idx1-ubyte"),
    ] {
      for compressed in [false, true] {
        let directory = try TemporaryDirectory()
        let suffix = compressed ? ".gz" : ""
        let pixels = idx([3, 2, 2]), classes = idx([3], [5, 0, 4])
        try directory.write(compressed ? gzip(pixels) : pixels, as: stem + images + suffix)
        var opened = try open(directory.path, part)
        #expect(opened.target == nil && opened.table.rowCount == 3)
        try directory.write(compressed ? gzip(classes) : classes, as: stem + labels + suffix)
        opened = try open(directory.path, part)
        #expect(opened.target == .classes(codes: [5, 0, 4], names: (0...5).map(String.init)))
        #expect(
          opened.table.schema == TableSchema(count: 4, kind: .byte, grid: FeatureGrid(rows: 2, columns: 2)))
      }
    }
  }

  @Test func prefersUnpacked() throws {
    let directory = try TemporaryDirectory()
    try directory.write(gzip(idx([2, 1, 1])), as: "train-images-idx3-ubyte.gz")
    try directory.write(idx([3, 1, 1]), as: "train-images.idx3-ubyte")
    #expect(try open(directory.path).table.rowCount == 3)
    try directory.write(idx([4, 1, 1]), as: "train-images-idx3-ubyte")
    #expect(try open(directory.path).table.rowCount == 4)
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
    (
      idx([3, 2, 2], Array(repeating: 0, count: 48), type: 0x0D), nil,
      ["train-images-idx3-ubyte", "32-bit float (code 0d)", "only unsigned bytes"]
    ),
    (
      idx([3, 2, 2]), idx([3], Array(repeating: 0, count: 6), type: 0x0B),
      ["train-labels-idx1-ubyte", "16-bit integer (code 0b)"]
    ),
    (idx([3, 2, 2]), [], ["train-labels-idx1-ubyte", "is empty"]),
  ]

  @Test(arguments: bad.indices) func refuses(index: Int) throws {
    let directory = try TemporaryDirectory()
    let (images, labels, says) = Self.bad[index]
    try directory.write(images, as: "train-images-idx3-ubyte")
    if let labels { try directory.write(labels, as: "train-labels-idx1-ubyte") }
    let text = try #require(
      message { _ = try open(directory.path) })
    for part in says { #expect(text.contains(part)) }
  }

  @Test func saysWhatWasLookedFor() throws {
    let directory = try TemporaryDirectory()
    try directory.write(idx([3, 2, 2]), as: "t10k-images-idx3-ubyte")
    for (path, says) in [
      (
        directory.path, "none of train-images-idx3-ubyte, train-images.idx3-ubyte, train-images-idx3-ubyte.gz"
      ),
      (directory.file("mnist"), "no such file or directory"),
    ] {
      let text = try #require(message { _ = try open(path) })
      for part in [path, says, "cae data mnist --output \(path)", "cae data synthetic --output \(path)"] {
        #expect(text.contains(part))
      }
    }
    // Who mistyped the path of a table is not told to fetch MNIST there.
    let text = try #require(message { _ = try open(directory.file("none")) })
    #expect(text.hasSuffix("no such file or directory; check the path"), "\(text)")
  }

  @Test func aPartThatIsNotThereIsNone() throws {
    let directory = try TemporaryDirectory()
    try directory.write(idx([3, 2, 2]), as: "train-images-idx3-ubyte")
    let none = try TableReaders.open(directory.path, part: .test)
    #expect(none.map(\.table.rowCount) == nil)
    #expect(try !TableReaders.brings(.test, at: directory.path, options: TableOptions()))
    try directory.write(idx([3, 2, 2]), as: "t10k-images.idx3-ubyte")
    #expect(try TableReaders.brings(.test, at: directory.path, options: TableOptions()))
  }

  @Test func danglingLinkIsNotTakenForAbsent() throws {
    let directory = try TemporaryDirectory()
    try directory.write(idx([3, 2, 2]), as: "train-images-idx3-ubyte")
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("train-labels-idx1-ubyte"), withDestinationPath: directory.file("gone"))
    let text = try #require(
      message { _ = try open(directory.path) })
    #expect(text.contains("train-labels-idx1-ubyte") && text.contains("no such file"))
  }
}
