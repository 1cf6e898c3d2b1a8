import Foundation
import SampleData
import Tables
import Testing

/// The published set, where the environment says it is.
let realMNIST = ProcessInfo.processInfo.environment["MNIST_DIR"]

@Suite(.enabled(if: realMNIST != nil, "set MNIST_DIR to the directory of the MNIST files"))
struct RealMNISTTests {
  /// First labels; sums of the bytes of the first, second and last image, and of all; found with Python.
  static let expected: [(split: MNISTDataset.Split, rows: Int, labels: [Int32], sums: [Int], total: Int)] = [
    (.train, 60_000, [5, 0, 4, 1, 9, 2, 1, 3, 1, 4], [27_525, 31_095, 20_920], 1_567_298_545),
    (.test, 10_000, [7, 2, 1, 0, 4, 1, 4, 9, 5, 9], [18_454, 28_850, 41_833], 264_923_200),
  ]

  @Test(arguments: [0, 1], [false, true]) func readsTheValues(part: Int, unpacked: Bool) throws {
    let (split, rowCount, labels, sums, total) = Self.expected[part]
    let directory = try TemporaryDirectory()
    if unpacked {
      try MNISTDownload(output: directory.path, source: .directory(try #require(realMNIST)), report: { _ in })
        .run()
    }
    let table = try MNISTDataset.open(
      directory: unpacked ? directory.path : try #require(realMNIST), split: split)
    #expect(table.labels.map { Array($0.prefix(10)) } == labels && table.labels?.count == rowCount)
    #expect(table.features.rowCount == rowCount && table.features.featureCount == 784)
    #expect(table.features.grid == FeatureGrid(rows: 28, columns: 28))
    let rows: [UInt32] = [0, 1, UInt32(rowCount - 1)]
    var values = [Double](repeating: 0, count: 3 * 784)
    rows.withUnsafeBufferPointer { rows in
      values.withUnsafeMutableBufferPointer {
        table.features.copyRows(rows, into: $0.baseAddress!)
      }
    }
    for (index, sum) in sums.enumerated() {
      let found = values[(784 * index)..<(784 * (index + 1))].reduce(0, +) * 255
      #expect(abs(found - Double(sum)) < 1e-6)
    }
    var single = [Float](repeating: 0, count: 784)
    var all = 0.0
    for row in 0..<UInt32(rowCount) {
      withUnsafePointer(to: row) { row in
        single.withUnsafeMutableBufferPointer {
          table.features.copyRows(UnsafeBufferPointer(start: row, count: 1), into: $0.baseAddress!)
        }
      }
      all += Double(single.reduce(0, +))
    }
    #expect(abs(all * 255 / Double(total) - 1) < 1e-6)
    let name = "\(split.rawValue)-images-idx3-ubyte"
    #expect(try table.features.contentHash() == PublishedFile.mnist.first { $0.name == name }?.hash)
  }
}
