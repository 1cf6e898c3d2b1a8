/// The start of an NPY file that holds a table of numbers.
package struct NPYHeader: ArrayHeader {
  /// That of the description.
  package static let largestSize = NPYDescription.largestSize

  package let size: Int
  package let byteCount: Int
  package let dimensions: [Int]
  /// The fields of a record, in arrays of records; else one without a name.
  let fields: [ArrayColumn]
  /// Whether the first index runs fastest.
  private let isFortran: Bool
  /// Bytes from a row's value to the next row's.
  let rowStep: Int
  /// Whether rows stand one after the other without a gap, their features in order and of one type.
  let isRowMajor: Bool

  package init(_ bytes: UnsafeRawBufferPointer, path: String) throws {
    func damaged(_ problem: String) -> DataError { .numpy(path: path, problem: problem) }
    let description = try NPYDescription(bytes, path: path)
    let isFortran = description.isFortran
    (size, dimensions) = (description.size, description.dimensions)
    let (fields, width) = try Self.fields(description.descriptor, path: path)
    let isRecord = fields[0].name != nil
    guard dimensions.count >= (isRecord ? 1 : 2) else {
      throw DataError.wrongRank(path: path, dimensions: dimensions, expected: .table)
    }
    guard !isRecord || dimensions.count == 1 else {
      throw damaged("it is an array of records with \(dimensions.count) dimensions; a table of them has 1")
    }
    byteCount = try Self.byteCount(of: dimensions, width: width, path: path)
    guard isRecord || byteCount / width / dimensions[0] <= Self.largestWidth else {
      throw damaged("its rows have more than \(Self.largestWidth) values: should it be transposed?")
    }
    let isFirstFastest = isFortran && !isRecord && dimensions[0] > 1
    self.isFortran = isFirstFastest
    self.fields = fields
    rowStep = isFirstFastest ? width : byteCount / dimensions[0]
    isRowMajor =
      !isFirstFastest && width == fields.count * fields[0].type.width
      && fields.allSatisfy { $0.type == fields[0].type }
  }

  /// More features than this are taken for a mistake.
  static let largestWidth = 1 << 24

  /// One entry a feature, in the order of features.
  var columns: [ArrayColumn] {
    guard fields[0].name == nil else { return fields }
    var steps = [Int](repeating: fields[0].type.width, count: dimensions.count)
    if isFortran {
      for axis in dimensions.indices.dropFirst() { steps[axis] = steps[axis - 1] * dimensions[axis - 1] }
    } else {
      for axis in dimensions.indices.dropLast().reversed() {
        steps[axis] = steps[axis + 1] * dimensions[axis + 1]
      }
    }
    var offsets = [0]
    for axis in dimensions.indices.dropFirst() {
      offsets = offsets.flatMap { base in (0..<dimensions[axis]).map { base + $0 * steps[axis] } }
    }
    return offsets.map { ArrayColumn(type: fields[0].type, offset: $0) }
  }

  /// The fields of a record, or the one type of all values, and the bytes of a record or value.
  private static func fields(_ descriptor: PythonLiteral, path: String) throws -> (
    fields: [ArrayColumn], width: Int
  ) {
    func type(_ name: String, _ field: String?) throws -> NumberType {
      if let type = NumberType(numpy: name) { return type }
      throw DataError.numpyType(path: path, type: name, field: field)
    }
    switch descriptor {
    case .text(let name):
      let type = try type(name, nil)
      return ([ArrayColumn(type: type, offset: 0)], type.width)
    case .sequence(let items) where !items.isEmpty:
      var (fields, offset): ([ArrayColumn], Int) = ([], 0)
      for item in items {
        guard case .sequence(let pair) = item, pair.count == 2, case .text(let name) = pair[0],
          case .text(let typeName) = pair[1]
        else {
          throw DataError.numpy(
            path: path, problem: "a field of its records is no single number; save the columns as one array")
        }
        // Room that aligned records leave between fields.
        if name.isEmpty, typeName.hasPrefix("|V"), let gap = Int(typeName.dropFirst(2)), gap < 1 << 16 {
          offset += gap
          continue
        }
        let type = try type(typeName, name)
        fields.append(ArrayColumn(name: name, type: type, offset: offset))
        offset += type.width
      }
      guard !fields.isEmpty else { throw DataError.numpy(path: path, problem: "its records have no fields") }
      return (fields, offset)
    default: throw DataError.numpy(path: path, problem: "its header is damaged: descr is no type")
    }
  }
}
