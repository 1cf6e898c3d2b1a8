/// Counts as 10x Genomics' CellRanger writes them: a sparse matrix of features by cells, by cells, with both beside it. It is
/// `matrix` and, before version 3, a group with the name of a genome.
struct CellRangerCounts {
  /// The group.
  let group: HDF5Object

  /// The counts at `place`; nil where that is something else.
  init?(_ file: HDF5File, _ place: String) {
    guard let group = file.find(place), group.isGroup,
      Set(["barcodes", "data", "indices", "indptr", "shape"]).isSubset(of: group.children)
    else { return nil }
    self.group = group
  }

  /// The only counts in a file; nil where there are none, or several.
  static func only(in file: HDF5File) -> CellRangerCounts? {
    let found = (file.find("/")?.children ?? []).compactMap { CellRangerCounts(file, $0) }
    return found.count == 1 ? found[0] : nil
  }

  /// Cells, and features. Throws `DataError`.
  func shape() throws -> [Int] {
    let sizes = try part("shape", count: nil).integers(0..<2)
    guard let cells = Int(exactly: sizes[1]), let features = Int(exactly: sizes[0]) else {
      throw group.fail("its shape cannot be addressed: the file is damaged")
    }
    return [cells, features]
  }

  /// What is known of the features by the name of a column, by default what they are called. Throws `DataError`.
  func names(_ column: String, count: Int) throws -> [String] {
    let isNew = group.children.contains("features")
    let name = isNew ? "features/\(column.isEmpty ? "name" : column)" : column.isEmpty ? "gene_names" : column
    return try part(name, count: count).texts(count: count)
  }

  /// The cells' barcodes.
  func cells(count: Int) throws -> any RowFrame {
    Barcodes(texts: try part("barcodes", count: count).texts(count: count))
  }

  /// An array of one dimension with as many values. Throws `DataError`.
  private func part(_ name: String, count: Int?) throws -> HDF5Object {
    let part = try group.file.object("\(group.place)/\(name)")
    let found = try part.describe()
    guard found.sizes == [count ?? 2] else {
      throw part.fail("has not \(count ?? 2) values: it is damaged, or another column is meant")
    }
    return part
  }

  private struct Barcodes: RowFrame {
    let texts: [String]
    let names = ["barcode"]
    let identifier: Int? = 0
    func column(_ place: Int) -> FrameColumn { .texts(texts) }
  }
}
