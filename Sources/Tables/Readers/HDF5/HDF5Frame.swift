/// A table of columns in an AnnData file (`obs` or `var`): a group of arrays or, in older files, one array of records.
struct HDF5Frame: RowFrame {
  let names: [String]
  let identifier: Int?
  private let root: HDF5Object
  private let isRecords: Bool
  private let count: Int

  /// Reads what columns there are; nil where there is no such table.
  ///
  /// Throws `DataError` where it is damaged.
  init?(_ file: HDF5File, _ place: String) throws {
    guard let root = file.find(place) else { return nil }
    self.root = root
    isRecords = !root.isGroup
    if isRecords {
      let description = try root.describe()
      names = root.fields.map(\.name)
      identifier = names.firstIndex(of: "index") ?? names.firstIndex(of: "_index")
      count = description.sizes.count == 1 ? description.count : 0
    } else {
      names = root.children.filter { $0 != "__categories" }
      let index = root.text("_index") ?? "_index"
      identifier = names.firstIndex(of: index) ?? names.firstIndex(of: "index")
      count =
        try identifier.map {
          try Self.length(file, "\(place)/\(root.children.filter { $0 != "__categories" }[$0])")
        } ?? 0
    }
  }

  private static func length(_ file: HDF5File, _ place: String) throws -> Int {
    let object = try file.object(place)
    let array =
      object.isGroup
      ? try file.object("\(place)/\(object.children.contains("codes") ? "codes" : "values")") : object
    return try array.describe().count
  }

  /// The texts of a column of this name, else of the index. Throws `DataError` where there is none of the name.
  func texts(_ name: String) throws -> [String] {
    guard let place = name.isEmpty ? identifier : names.firstIndex(of: name) else {
      throw root.fail(
        "has no column '\(name)'; it has \(names.prefix(10).map { "'\($0)'" }.joined(separator: ", "))"
          + (names.count > 10 ? ", ..." : ""))
    }
    let column = try column(place)
    return (0..<column.count).map { column.value($0)?.text ?? "" }
  }

  func column(_ place: Int) throws -> FrameColumn {
    let name = names[place]
    if isRecords {
      if root.fields[place].isText { return .texts(try root.texts(count: count, field: name)) }
      if let categories = root.file.find("uns/\(name)_categories") {
        return .texts(try Self.coded(root.integers(0..<count, field: name), by: categories))
      }
      return .numbers(try root.floats(0..<count, field: name))
    }
    return try Self.column(
      try root.file.object("\(root.place)/\(name)"), root.file.find("\(root.place)/__categories/\(name)"))
  }

  private static func column(_ object: HDF5Object, _ categories: HDF5Object?) throws -> FrameColumn {
    let file = object.file
    if object.isGroup {
      if let names = file.find("\(object.place)/categories") {
        let codes = try file.object("\(object.place)/codes")
        return .texts(try coded(codes.integers(0..<codes.describe().count), by: names))
      }
      // Values and a mask of those that are missing.
      let values = try column(try file.object("\(object.place)/values"), nil)
      let mask = try file.object("\(object.place)/mask").floats(0..<values.count)
      switch values {
      case .numbers(let values): return .numbers(zip(values, mask).map { $1 != 0 ? .nan : $0 })
      case .texts(let values): return .texts(zip(values, mask).map { $1 != 0 ? nil : $0 })
      }
    }
    let description = try object.describe()
    guard description.sizes.count == 1 else {
      throw object.fail("is no column: it has \(description.sizes.count) dimensions")
    }
    if let categories { return .texts(try coded(object.integers(0..<description.count), by: categories)) }
    return description.kind == .init(1)
      ? .texts(try object.texts(count: description.count))
      : .numbers(try object.floats(0..<description.count))
  }

  /// The categories of codes; nil for those that are none.
  private static func coded(_ codes: [Int64], by categories: HDF5Object) throws -> [String?] {
    let names = try column(categories, nil)
    return codes.map { (0..<Int64(names.count)).contains($0) ? names.value(Int($0))?.text : nil }
  }
}
