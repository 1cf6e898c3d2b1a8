import Foundation

extension DataError: CustomStringConvertible {
  /// What was wrong, where, and what to do.
  public var description: String {
    switch self {
    case .missing(let path): "\(path): there is no such file"
    case .directory(let path): "\(path): is a directory, a file is needed"
    case .notDirectory(let path): "\(path): is a file; the directory that holds the dataset is needed"
    case .notRegular(let path): "\(path): is not a regular file (a pipe or a device?)"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .empty(let path): "\(path): is empty; fetch or make it again"
    case .tooFewRows(let path, let count):
      "\(path): \(count.counted("row")) to train on; at least 2 are needed to tell what a column has to do with another"
    case .badMagic(let path, let bytes):
      "\(path): is not an IDX file: it starts with \(hexadecimal(bytes.prefix(4))), "
        + "not with 00 00, an element type and the number of dimensions\(kindHint(bytes))"
    case .unsupportedElement(let path, let element):
      "\(path): holds values of type \(element.name) (code \(hexadecimal([element.rawValue]))); "
        + "in a directory laid out like MNIST only unsigned bytes (code 08) are read; give the file itself"
    case .noDimensions(let path): "\(path): its header says 0 dimensions"
    case .truncatedHeader(let path, let expected, let found):
      "\(path): ends inside its header: \(found) bytes of \(expected); fetch or make it again"
    case .zeroDimension(let path, let index, let dimensions):
      "\(path): dimension \(index) is 0 in its header (\(shape(dimensions)))"
    case .tooLarge(let path, let dimensions):
      "\(path): its header asks for \(shape(dimensions)) values, more than can be addressed; "
        + "the header is damaged"
    case .truncated(let path, let dimensions, let expected, let found):
      "\(path): is cut short: \(shape(dimensions)) values need \(expected) bytes with the header, it has "
        + (found.map { "\($0)" } ?? "far fewer") + "; fetch or make it again"
    case .trailingBytes(let path, let dimensions, let expected, let found):
      "\(path): is too long: \(shape(dimensions)) values need \(expected) bytes with the header, it has "
        + (found.map { "\($0)" } ?? "more") + "; header and content do not belong together"
    case .gzip(let path, let reason, let unpacked):
      "\(path): damaged or cut-short gzip: \(reason) (after \(unpacked) unpacked bytes); fetch it again"
    case .noMemory(let path, let bytes):
      "\(path): no memory for its \(bytes) unpacked bytes; unpack it with gunzip, then it is mapped instead"
    case .unpacksToMuch(let path, let bytes, let packed):
      "\(path): its \(packed) bytes unpack to \(bytes), \(bytes / max(1, packed)) times as many, which is not done in memory; "
        + "if that is right, unpack it with gunzip, then it is mapped instead"
    case .wrongRank(let path, let dimensions, let role): Self.rankText(path, dimensions, role)
    case .countMismatch(let images, let imageCount, let labels, let labelCount):
      "\(images) holds \(imageCount) images but \(labels) holds \(labelCount) labels; "
        + "they are not of the same set"
    case .noDataset(let directory, let lookedFor, let exists):
      "no data in \(directory): \(exists ? "none of" : "there is no such directory; looked for") "
        + lookedFor.joined(separator: ", ") + (exists ? Self.tables(in: directory) : "")
        + "; `cae data mnist --output \(directory)` fetches MNIST, "
        + "`cae data synthetic --output \(directory)` makes a set like it"
    case .numpy(let path, let problem): "\(path): cannot be read as a NumPy array: \(problem)"
    case .numpyType(let path, let type, let field): Self.typeText(path, type, field)
    case .infinite(let path, let row, let column):
      "\(path): the value of column \(column) in row \(row + 1) is infinite, or too large for a 32-bit float"
    case .missingValues(let path, let count, let columns, let row, let column):
      "\(path): \(count) \(count == 1 ? "value is" : "values are") missing, in "
        + "\(columns) \(columns == 1 ? "column" : "columns"); the first is in row \(row + 1), column \(column). "
        + "--missing mean puts the column's mean over the training rows in their place, observed does so for inputs alone; "
        + "drop-rows and drop-columns leave out rows or columns that lack one"
    case .neededValue(let path, let row, let column):
      "\(path): the value of column \(column) in row \(row + 1) is missing, and the model has nothing to put there; fill it "
        + "in, or train with --missing mean"
    case .noData(let path):
      "no data in \(path): there is no such file or directory"
        + (!(path.split(separator: "/").last?.lowercased().contains("mnist") ?? false)
          ? "; check the path"
          : "; `cae data mnist --output \(path)` fetches MNIST, `cae data synthetic --output \(path)` makes a set like it")
    case .noPart(let path, let part): "\(path): brings no \(part) part"
    case .unrecognised(let path, let bytes, let known):
      "\(path): is none of the formats that are read (\(known.joined(separator: ", "))): it starts with "
        + "\(hexadecimal(bytes.prefix(8)))\(kindHint(bytes)); --format says which it is"
    case .noArrays(let path, let array, let format):
      "\(path): is \(format), which holds one table: leave ':\(array)' out"
    case .content(let path, let place, let problem): "\(path)\(place.isEmpty ? "" : ", \(place)"): \(problem)"
    case .standardInput(let problem): "standard input (-): \(problem)"
    case .library(let path, let name, let reason, let remedy):
      "\(path): is read by \(name), which cannot be loaded: \(reason); \(remedy)"
    case .unknownFormat(let format, let known):
      "format \(format): is none of \(known.joined(separator: ", "))"
    case .validationFraction(let fraction, let rowCount):
      "validation fraction \(fraction): must be at least 0 and below 1 and leave at least one of "
        + "\(rowCount) rows to train on"
    case .testFraction(let fraction, let rowCount):
      "test fraction \(fraction): must be at least 0 and below 1 and leave at least one of \(rowCount) rows"
    case .oneGroup(let rowCount):
      "the \(rowCount) rows are of one group (--group), so none can be held out; name another column, or give "
        + "--validation-fraction 0 and --test-fraction 0"
    case .otherFeatures(let path, let problem), .target(let path, let problem): "\(path): \(problem)"
    case .batchSize(let size, let rowCount):
      "batch size \(size): must be from 1 to the number of training rows, \(rowCount)"
    }
  }

  private static func typeText(_ path: String, _ type: String, _ field: String?) -> String {
    let place = field.map { "field '\($0)' holds" } ?? "holds"
    if type.contains("O") {
      return "\(path): \(place) Python objects, not numbers; save the numbers alone: "
        + "np.save(path, df.select_dtypes('number').to_numpy('float32'))"
    }
    let isText = type.contains("U") || type.contains("S")
    return "\(path): \(place) \(isText ? "text" : "values of type \(type)"), not numbers; "
      + "array.astype('float32') makes numbers where that can be done"
  }

  private static func list(_ names: [String]) -> String {
    "it has " + names.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
      + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }

  /// Tables that a directory holds, which are to be given themselves.
  private static func tables(in directory: String) -> String {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted().filter {
      name in
      [".csv", ".tsv", ".txt", ".gz", ".npy", ".npz", ".h5", ".h5ad"].contains {
        name.lowercased().hasSuffix($0)
      }
    }
    guard let first = names.first else { return "" }
    return
      "; it holds \(names.prefix(3).joined(separator: ", "))\(names.count > 3 ? ", ..." : ""): give the file, \(directory)/\(first) say"
  }

  private static func rankText(_ path: String, _ dimensions: [Int], _ role: Role) -> String {
    let found = "it has \(dimensions.count) (\(shape(dimensions)))"
    switch role {
    case .images where dimensions.count == 1:
      return "\(path): holds labels (magic 00 00 08 01, \(dimensions[0]) values), "
        + "but its name says images; were the files swapped?"
    case .labels where dimensions.count == 3:
      return "\(path): holds images (magic 00 00 08 03, \(shape(dimensions))), "
        + "but its name says labels; were the files swapped?"
    case .images: return "\(path): images need 3 dimensions (images, rows, columns), \(found)"
    case .labels: return "\(path): labels need 1 dimension, \(found)"
    case .table: return "\(path): a table needs at least 2 dimensions (rows, features), \(found)"
    }
  }
}

private func shape(_ dimensions: [Int]) -> String {
  dimensions.map(String.init).joined(separator: " x ")
}

private func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}

/// What else the first bytes may be.
private func kindHint(_ bytes: [UInt8]) -> String {
  if bytes.starts(with: [0xd0, 0xcf, 0x11, 0xe0]) {
    return "; it looks like an Excel workbook: save the sheet as CSV"
  }
  if bytes.starts(with: [0x50, 0x4b]) { return "; it looks like a damaged zip archive" }
  if bytes.first(where: { $0 > 0x20 }) == 0x3c { return "; it looks like a web page: fetch it again" }
  if bytes.starts(with: [0x93, 0x4e]) { return "; it looks like a NumPy file" }
  return ""
}
