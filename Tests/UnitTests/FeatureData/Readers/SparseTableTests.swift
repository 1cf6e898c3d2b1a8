import Foundation
import Tables
import Testing

@Suite("Tables that stay sparse")
struct SparseTableTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// 40 rows of 25 features, of which one in ten is other than 0; row 7 has none, and one value is missing.
  private static let rows: [[Float]] = (0..<40).map { row in
    (0..<25).map { column in
      if row == 7 { return 0 }
      if row == 3 && column == 4 { return .nan }
      return (row * 25 + column) * 7919 % 1009 % 10 == 0 ? Float(row + 1) / Float(column + 3) : 0
    }
  }

  private static func compressed(_ lines: [[Float]], _ format: String, shape: [Int64]) -> [UInt8] {
    var (values, places, starts): ([Float], [Int64], [Int64]) = ([], [], [0])
    for line in lines {
      for (place, value) in line.enumerated() where value != 0 {
        values.append(value)
        places.append(Int64(place))
      }
      starts.append(Int64(values.count))
    }
    return ZipBytes.make([
      ZipBytes.integers("indices", places), ZipBytes.integers("indptr", starts),
      (name: "format.npy", bytes: NPYBytes.make("'|S3'", "()", Array(format.utf8))),
      ZipBytes.integers("shape", shape), ZipBytes.floats("data", "(\(values.count),)", values),
    ])
  }

  private static let byRows = compressed(rows, "csr", shape: [40, 25])
  private static let byColumns = compressed(
    (0..<25).map { column in rows.map { $0[column] } }, "csc", shape: [40, 25])
  private static let turned = compressed(
    (0..<25).map { column in rows.map { $0[column] } }, "csr", shape: [25, 40])
  private static let dense = NPYBytes.make(
    "'<f4'", "(40, 25)", NPYBytes.bytes(rows.joined().map(\.bitPattern), isBigEndian: false))

  private var options: TableOptions {
    var options = TableOptions()
    options.cache = directory.file("cache")
    return options
  }

  private func dataset(_ path: String, _ change: (inout DatasetOptions) -> Void = { _ in }) throws -> Dataset
  {
    var all = DatasetOptions()
    all.path = path
    all.table = options
    all.missing = .mean
    all.scale = .standard
    change(&all)
    return try Dataset(training: all)
  }

  private static func bits(_ dataset: Dataset, features: Range<Int>) -> [UInt32] {
    let values: [Float] = RowLoader<Float>(dataset, features: features).values(of: [5, 3, 7, 39, 0, 5])
    return values.map(\.bitPattern)
  }

  @Test("a sparse matrix gives the bits of the dense one, for all features and some, however it lies")
  func equalsDense() throws {
    let dense = try dataset(directory.write(Self.dense, as: "dense.npy"))
    for (name, bytes) in [("rows", Self.byRows), ("columns", Self.byColumns), ("turned", Self.turned)] {
      let sparse = try dataset(directory.write(bytes, as: "\(name).npz")) {
        $0.table.transpose = name == "turned"
      }
      #expect(sparse.preprocessing == dense.preprocessing, "\(name)")
      for features in [0..<25, 0..<9, 9..<17, 24..<25] {
        #expect(Self.bits(sparse, features: features) == Self.bits(dense, features: features), "\(name)")
      }
    }
    let raw = try dataset(directory.file("rows.npz")) { $0.scale = .none }
    let rawDense = try dataset(directory.file("dense.npy")) { $0.scale = .none }
    #expect(Self.bits(raw, features: 2..<20) == Self.bits(rawDense, features: 2..<20))
  }

  @Test("its values alone are kept, and a matrix that is nearly full is kept whole")
  func files() throws {
    let path = try directory.write(Self.byRows, as: "s.npz")
    let sidecar = try TableReaders.convert(path, to: directory.file("s.npy"), options: options)
    let count = Self.rows.joined().count { $0 != 0 }
    #expect(sidecar.entries?.count == count && sidecar.missing?.reduce(0, +) == 1)
    #expect(try contents(of: directory.file("s.npy")).count == 128 + 4 * count)
    #expect(try contents(of: directory.file("s.starts.npy")).count == 128 + 8 * 41)
    let full = Self.compressed(Self.rows.map { $0.map { $0 == 0 ? 1 : $0 } }, "csr", shape: [40, 25])
    let whole = try TableReaders.convert(
      try directory.write(full, as: "f.npz"), to: directory.file("f.npy"), options: options)
    #expect(whole.entries == nil)
    #expect(try contents(of: directory.file("f.npy")).count == 128 + 4 * 1_000)
  }

  @Test("the hash follows the content, and features that do not ascend are refused")
  func hash() throws {
    func hash(_ bytes: [UInt8], _ name: String) throws -> String {
      try dataset(directory.write(bytes, as: name)).description().contentHash
    }
    #expect(try hash(Self.byRows, "a.npz") == hash(Self.byColumns, "b.npz"))
    var other = Self.rows
    other[20][20] += 1
    #expect(try hash(Self.byRows, "a.npz") != hash(Self.compressed(other, "csr", shape: [40, 25]), "c.npz"))

    let output = directory.file("s.npy")
    _ = try TableReaders.convert(directory.file("a.npz"), to: output, options: options)
    let table = try #require(try TableReaders.open(output, part: .training, options: options)).table
    var columns = try contents(of: directory.file("s.columns.npy"))
    columns[128] = 200
    try directory.write(columns, as: "s.columns.npy")
    let damaged = try #require(try TableReaders.open(output, part: .training, options: options)).table
    #expect(message { _ = try damaged.contentHash() }?.contains("s.columns.npy") ?? false)
    // Who reads it all the same gets other numbers, but no others' memory.
    let values: [Float] = damaged.values(of: [0, 1], features: 0..<25)
    #expect(values.count == 50 && table.rowCount == 40)
    try directory.write(Array(columns.dropLast(4)), as: "s.columns.npy")
    #expect(message { _ = try TableReaders.open(output, part: .training, options: options) } != nil)
  }
}
