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
    case .badMagic(let path, let bytes):
      "\(path): is not an IDX file: it starts with \(hexadecimal(bytes.prefix(4))), "
        + "not with 00 00, an element type and the number of dimensions\(kindHint(bytes))"
    case .unsupportedElement(let path, let element):
      "\(path): holds values of type \(element.name) (code \(hexadecimal([element.rawValue]))); "
        + "only unsigned byte (code 08) is read"
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
    case .wrongRank(let path, let dimensions, let role): Self.rankText(path, dimensions, role)
    case .countMismatch(let images, let imageCount, let labels, let labelCount):
      "\(images) holds \(imageCount) images but \(labels) holds \(labelCount) labels; "
        + "they are not of the same set"
    case .noDataset(let directory, let lookedFor, let exists):
      "no data in \(directory): \(exists ? "none of" : "there is no such directory; looked for") "
        + lookedFor.joined(separator: ", ")
        + "; `cae data mnist --output \(directory)` fetches MNIST, "
        + "`cae data synthetic --output \(directory)` makes a set like it"
    case .validationFraction(let fraction, let rowCount):
      "validation fraction \(fraction): must be at least 0 and below 1 and leave at least one of "
        + "\(rowCount) rows to train on"
    case .batchSize(let size, let rowCount):
      "batch size \(size): must be from 1 to the number of training rows, \(rowCount)"
    case .sampleCount(let option, let found, let limit): "\(option) \(found): must be from 1 to \(limit)"
    case .exists(let paths, let remedy):
      "not overwriting \(paths.joined(separator: ", ")): \(remedy)"
    case .wrongHash(let path, let expected, let found, let remedy):
      "\(path): is not the published file: SHA-256 is \(found), should be \(expected)"
        + (remedy.isEmpty ? "" : "; \(remedy)")
    case .oversized(let path, let limit, let remedy):
      "\(path): is not the published file: it has more than \(limit) bytes"
        + (remedy.isEmpty ? "" : "; \(remedy)")
    case .busy(let path): "\(path): another process is fetching this file; wait for it to end"
    case .notInSource(let directory, let lookedFor):
      "no such file in \(directory): looked for \(lookedFor.joined(separator: ", "))"
    case .badMirror(let text):
      "mirror \(text): must be an http:// or https:// address of a directory with the .gz files"
    case .download(let file, let attempts, let offline):
      (offline ? "no mirror can be reached for \(file); is there a network?" : "no mirror gave \(file)")
        + attempts.map { "\n  \($0)" }.joined()
        + "\nfetch the .gz files elsewhere and give their directory with --from DIR, name a reachable "
        + "--mirror URL, or make data with `cae data synthetic`; what was received so far is kept and resumed"
    }
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
  if bytes.starts(with: [0x50, 0x4b]) { return "; it looks like a zip archive: unpack it first" }
  if bytes.first(where: { $0 > 0x20 }) == 0x3c { return "; it looks like a web page: fetch it again" }
  if bytes.starts(with: [0x93, 0x4e]) { return "; it looks like a NumPy file" }
  return ""
}
