import Foundation
import SampleData
import Tables
import Testing

/// The published set, where the environment says it is.
let realMNIST = ProcessInfo.processInfo.environment["MNIST_DIR"]

@Suite(.enabled(if: realMNIST != nil, "set MNIST_DIR to the directory of the MNIST files"))
struct RealMNISTTests {
  /// First labels; sums of the bytes of the first, second and last image, and of all; found with Python.
  static let expected: [(part: DataPart, rows: Int, labels: [Int32], sums: [Int], total: Int)] = [
    (.training, 60_000, [5, 0, 4, 1, 9, 2, 1, 3, 1, 4], [27_525, 31_095, 20_920], 1_567_298_545),
    (.test, 10_000, [7, 2, 1, 0, 4, 1, 4, 9, 5, 9], [18_454, 28_850, 41_833], 264_923_200),
  ]

  @Test(arguments: [0, 1], [false, true]) func readsTheValues(index: Int, unpacked: Bool) throws {
    let (part, rowCount, labels, sums, total) = Self.expected[index]
    let directory = try TemporaryDirectory()
    if unpacked {
      try MNISTDownload(output: directory.path, source: .directory(try #require(realMNIST)), report: { _ in })
        .run()
    }
    let path = unpacked ? directory.path : try #require(realMNIST)
    let opened = try #require(try TableReaders.open(path, part: part))
    guard case .classes(let codes, let names)? = opened.target else {
      Issue.record("no classes")
      return
    }
    #expect(Array(codes.prefix(10)) == labels && codes.count == rowCount)
    #expect(names == (0...9).map(String.init))
    let table = opened.table
    #expect(table.rowCount == rowCount)
    #expect(table.schema == TableSchema(count: 784, kind: .byte, grid: FeatureGrid(rows: 28, columns: 28)))
    let split = try RowSplit(rowCount: rowCount, validationFraction: 0.1)
    let preprocessing = try Preprocessing.fit(table, split: split, method: .automatic, missing: .error).maps
    let dataset = Dataset(opened, preprocessing: preprocessing, split: split)
    let values = RowLoader<Double>(dataset).values(of: [0, 1, UInt32(rowCount - 1)])
    for (index, sum) in sums.enumerated() {
      let found = values[(784 * index)..<(784 * (index + 1))].reduce(0, +) * 255
      #expect(abs(found - Double(sum)) < 1e-6)
    }
    let loader = RowLoader<Float>(dataset)
    let all = (0..<UInt32(rowCount)).reduce(0.0) { $0 + Double(loader.values(of: [$1]).reduce(0, +)) }
    #expect(abs(all * 255 / Double(total) - 1) < 1e-6)
    let name = IDXFileNames.name(of: .images, part)
    #expect(try table.contentHash() == PublishedFile.mnist.first { $0.name == name }?.hash)
  }
}
