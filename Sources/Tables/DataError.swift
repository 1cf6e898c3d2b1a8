/// What can be wrong with data files, the options that name them, and fetching them.
public enum DataError: Error, Sendable, Equatable {
  /// What a file's dimensions were expected to mean.
  public enum Role: Sendable, Equatable {
    /// `[images, rows, columns]`.
    case images
    /// `[labels]`.
    case labels
    /// `[rows, ...]`: at least two dimensions.
    case table
  }

  /// There is no such file.
  case missing(path: String)
  /// The path is a directory.
  case directory(path: String)
  /// The path is a file where a directory is needed.
  case notDirectory(_ path: String)
  /// The path is a pipe, a device, or the like.
  case notRegular(path: String)
  /// The system refused to open, read or map the file.
  case unreadable(path: String, reason: String)
  /// The file, or the content of the gzip file, has no bytes.
  case empty(path: String)
  /// The first bytes are not those of an IDX file.
  case badMagic(path: String, bytes: [UInt8])
  /// IDX of another element type than unsigned byte.
  case unsupportedElement(path: String, element: IDXElement)
  /// The header says the file has no dimension.
  case noDimensions(path: String)
  /// The file ends inside its header; sizes in bytes.
  case truncatedHeader(path: String, expected: Int, found: Int)
  /// A dimension is 0.
  case zeroDimension(path: String, index: Int, dimensions: [Int])
  /// The dimensions' product overflows.
  case tooLarge(path: String, dimensions: [Int])
  /// Fewer bytes than the header announces; `found` is nil when it was not worth unpacking.
  case truncated(path: String, dimensions: [Int], expected: Int, found: Int?)
  /// More bytes than the header announces; `found` is nil when unpacking stopped there.
  case trailingBytes(path: String, dimensions: [Int], expected: Int, found: Int?)
  /// The gzip content is damaged, cut short, or followed by something else.
  case gzip(path: String, reason: String, unpacked: Int)
  /// No memory for the unpacked content.
  case noMemory(path: String, bytes: Int)
  /// The number of dimensions does not fit what the file is for.
  case wrongRank(path: String, dimensions: [Int], expected: Role)
  /// Labels and images of different counts.
  case countMismatch(images: String, imageCount: Int, labels: String, labelCount: Int)
  /// No data set of MNIST's file names in a directory.
  case noDataset(directory: String, lookedFor: [String], directoryExists: Bool)

  /// A fraction of validation rows outside [0, 1), or one that leaves no training row.
  case validationFraction(Double, rowCount: Int)
  /// A batch size below 1 or above the number of training rows.
  case batchSize(Int, rowCount: Int)
  /// A count option outside what can be made.
  case sampleCount(option: String, found: Int, limit: Int)

  /// Files that would be overwritten.
  case exists(paths: [String], remedy: String)
  /// A file's SHA-256 is not the published one.
  case wrongHash(path: String, expected: String, found: String, remedy: String)
  /// A file is bigger than the published one.
  case oversized(path: String, limit: Int, remedy: String)
  /// Another process is fetching the same file.
  case busy(path: String)
  /// `--from` has none of the names a file may have.
  case notInSource(directory: String, lookedFor: [String])
  /// An address that is not http or https.
  case badMirror(String)
  /// No mirror gave a file; one attempt a line.
  case download(file: String, attempts: [String], offline: Bool)
}
