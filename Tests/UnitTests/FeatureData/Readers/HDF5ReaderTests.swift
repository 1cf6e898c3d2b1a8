import Foundation
import Tables
import Testing

/// Needs libhdf5, as the reader does; skipped where it is not installed.
@Suite("HDF5 and AnnData", .enabled(if: HDF5File.isReadable, "libhdf5 is not installed"))
struct HDF5ReaderTests {
  /// A file of `Fixtures`, made by `scripts/make-hdf5-fixtures.py`.
  static func fixture(_ name: String) -> String {
    Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name)").path
  }

  private static let rows: [[Float]] = [[1, 0, 2], [0, 0, 3], [4, 5, 0], [0, 6, 0]]

  @Test(
    "dense, by rows, by columns, packed, and in the older layout: the same table",
    arguments: [
      "small.h5ad", "small.h5ad:layers/csr", "small.h5ad:layers/csc", "small.h5ad:layers/gzip", "legacy.h5ad",
      "legacy.h5ad:raw/X",
    ])
  func matrix(name: String) throws {
    let table = try RecordingSink(Self.fixture(name)) { $0.columns.label = "kind" }
    #expect(table.rows == Self.rows)
    #expect(table.names == ["ENSG1", "ENSG2", "ENSG3"])
    #expect(table.ids == ["cell1", "cell2", "cell3", "cell4"])
    #expect(table.labels == ["T", "B", "B", "T"])
  }

  @Test("names from a column of var; raw has genes of its own")
  func names() throws {
    let table = try RecordingSink(Self.fixture("small.h5ad")) { $0.namesFrom = "feature_name" }
    #expect(table.names == ["CD3", "MT-1", "MT-1.1"] && table.notes.count == 1)
    let raw = try RecordingSink(Self.fixture("small.h5ad:raw/X"))
    #expect(raw.names == ["ENSG1", "ENSG2"] && raw.rows.map(\.count) == [2, 2, 2, 2])
    let text = message { _ = try RecordingSink(Self.fixture("small.h5ad")) { $0.namesFrom = "x" } }
    #expect(text?.contains("var: has no column 'x'; it has '_index', 'feature_name'") ?? false)
  }

  @Test("CellRanger's counts, of version 3 and before, by features' names or others")
  func cellRanger() throws {
    let new = try RecordingSink(Self.fixture("cellranger.h5"))
    #expect(new.rows == Self.rows && new.ids == ["cell1", "cell2", "cell3", "cell4"])
    #expect(new.names == ["CD3", "MT-1", "MT-1.1"] && new.notes.count == 1)
    let ids = try RecordingSink(Self.fixture("cellranger.h5:matrix")) { $0.namesFrom = "id" }
    #expect(ids.rows == Self.rows && ids.names == ["ENSG1", "ENSG2", "ENSG3"])
    let old = try RecordingSink(Self.fixture("cellranger2.h5"))
    #expect(old.rows == Self.rows && old.names == ["CD3", "MT-1", "MT-2"])
    let text = message { _ = try RecordingSink(Self.fixture("cellranger.h5")) { $0.namesFrom = "x" } }
    #expect(text?.contains("matrix/features/x") ?? false, "\(text ?? "")")
  }

  @Test("columns of obs divide rows, or are features where they are named")
  func columns() throws {
    let table = try RecordingSink(Self.fixture("small.h5ad")) {
      ($0.columns.split, $0.columns.group) = ("part", "donor")
      $0.columns.include = ColumnPatterns(["ENSG3", "total"])
    }
    #expect(table.rows == [[2, 3], [3, 3], [0, 9], [0, 6]] && table.names == ["ENSG3", "total"])
    #expect(
      table.parts == [.training, .training, .test, .validation] && table.groups == ["p", "p", "q", "q"])
  }

  @Test("what is not there or not read is named")
  func faults() throws {
    let path = Self.fixture("small.h5ad")
    #expect(
      message { _ = try RecordingSink(path + ":layers/x") }?.contains("layers/csr (4 x 3, sparse)") ?? false)
    #expect(message { _ = try RecordingSink(path + ":uns/line") }?.contains("has 1 dimension") ?? false)
    #expect(
      message { _ = try RecordingSink(path + ":uns/lzf") }?.contains("uns/lzf: is packed by lzf") ?? false)
    #expect(
      message { _ = try RecordingSink(path + ":uns") }?.contains("is a group and no sparse matrix") ?? false)
    let directory = try TemporaryDirectory()
    let cut = try directory.write(Array(try contents(of: path).dropLast(2_000)), as: "cut.h5")
    #expect(message { _ = try RecordingSink(cut) }?.contains("cut short") ?? false)
  }
}
