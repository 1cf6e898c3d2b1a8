import Tables
import Testing

@Suite("Archives of NumPy arrays")
struct NPZReaderTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private static let values: [Float] = [1, 0, 2, 0, 0, 3]
  private static let rows: [[Float]] = [[1, 0, 2], [0, 0, 3]]
  static let sparse = [
    ZipBytes.integers("indices", [0, 2, 2]), ZipBytes.integers("indptr", [0, 2, 3]),
    (name: "format.npy", bytes: NPYBytes.make("'|S3'", "()", Array("csr".utf8))),
    ZipBytes.integers("shape", [2, 3]), ZipBytes.floats("data", "(3,)", [1, 2, 3]),
  ]
  static let sparseByColumns = [
    ZipBytes.integers("indices", [0, 0, 1]), ZipBytes.integers("indptr", [0, 1, 1, 3]),
    (name: "format.npy", bytes: NPYBytes.make("'|S3'", "()", Array("csc".utf8))),
    ZipBytes.integers("shape", [2, 3]), ZipBytes.floats("data", "(3,)", [1, 2, 3]),
  ]
  static let dense = [
    ZipBytes.floats("X", "(2, 3)", values), ZipBytes.texts("names", ["a", "bé", "c"]),
    ZipBytes.texts("kind", ["u", "v"]), ZipBytes.floats("weight", "(2,)", [70, 80]),
  ]

  private func read(
    _ members: [(name: String, bytes: [UInt8])], isDeflated: Bool = false, array: String = "",
    _ change: (inout TableOptions) -> Void = { _ in }
  ) throws -> RecordingSink {
    let path = try directory.write(ZipBytes.make(members, isDeflated: isDeflated), as: "t.npz")
    return try RecordingSink(path + array, change)
  }

  @Test("an array with names and columns beside it, stored or deflated", arguments: [false, true])
  func dense(isDeflated: Bool) throws {
    let table = try read(Self.dense, isDeflated: isDeflated) { $0.columns.label = "kind" }
    #expect(table.rows == Self.rows)
    #expect(table.names == ["a", "bé", "c"] && table.labels == ["u", "v"])
    let chosen = try read(Self.dense) { $0.columns.include = ColumnPatterns(["c", "weight"]) }
    #expect(chosen.rows == [[2, 70], [3, 80]] && chosen.names == ["c", "weight"])
  }

  @Test("SciPy's sparse matrices, by rows and by columns, stored or deflated", arguments: [false, true])
  func sparse(isDeflated: Bool) throws {
    #expect(try read(Self.sparse, isDeflated: isDeflated).rows == Self.rows)
    #expect(try read(Self.sparseByColumns, isDeflated: isDeflated).rows == Self.rows)
  }

  @Test("Fortran's order is turned round")
  func fortran() throws {
    let turned: [Float] = [1, 0, 0, 0, 2, 3]
    #expect(try read([ZipBytes.floats("a", "(2, 3)", turned, isFortran: true)]).rows == Self.rows)
  }

  @Test("one of several arrays is named behind the path")
  func several() throws {
    let two = [ZipBytes.floats("a", "(3, 2)", Self.values), ZipBytes.floats("b", "(2, 3)", Self.values)]
    #expect(try read(two, array: ":b").rows == Self.rows)
    #expect(message { _ = try read(two) }?.contains(".npz:a say. There are a (3 x 2), b (2 x 3)") ?? false)
    #expect(
      message { _ = try read(two, array: ":c") }?.contains("has no array 'c'; it has a (3 x 2)") ?? false)
  }

  @Test("a changed byte, a cut file and places outside the matrix are refused by name")
  func damage() throws {
    var bytes = ZipBytes.make(Self.dense)
    let whole = bytes
    // Inside the values of X, which begin behind two headers.
    bytes[200] ^= 1
    let path = try directory.write(bytes, as: "changed.npz")
    #expect(
      message { _ = try RecordingSink(path) }?.contains("X.npy: is damaged: its checksum differs") ?? false)
    let cut = try directory.write(Array(whole.dropLast(40)), as: "cut.npz")
    #expect(message { _ = try RecordingSink(cut) }?.contains("its directory is missing") ?? false)
    var outside = Self.sparse
    outside[0] = ZipBytes.integers("indices", [0, 3, 2])
    #expect(message { _ = try read(outside) }?.contains("is in column 3 of 3") ?? false)
    outside = Self.sparse
    outside[1] = ZipBytes.integers("indptr", [0, 3, 2])
    #expect(message { _ = try read(outside) }?.contains("indptr does not fit") ?? false)
    let objects = [(name: "a.npy", bytes: NPYBytes.make("'|O'", "(2, 3)", [1, 2, 3]))]
    #expect(message { _ = try read(objects) }?.contains("select_dtypes") ?? false)
  }
}
