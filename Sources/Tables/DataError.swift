/// What can be wrong with data files and the options that name them.
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
  /// There is one row to train on, or none.
  case tooFewRows(path: String, count: Int)
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
  /// Little that asks for much memory.
  case unpacksToMuch(path: String, bytes: Int, packed: Int)
  /// The number of dimensions does not fit what the file is for.
  case wrongRank(path: String, dimensions: [Int], expected: Role)
  /// Labels and images of different counts.
  case countMismatch(images: String, imageCount: Int, labels: String, labelCount: Int)
  /// No data set of MNIST's file names in a directory.
  case noDataset(directory: String, lookedFor: [String], directoryExists: Bool)
  /// An NPY file that is damaged or laid out in a way that is not read.
  case numpy(path: String, problem: String)
  /// An NPY file of another type than numbers; of a field, if it has fields.
  case numpyType(path: String, type: String, field: String?)
  /// A value that is infinite; rows count from 0.
  case infinite(path: String, row: Int, column: String)
  /// Values that are missing, and the place of the first; rows count from 0.
  case missingValues(path: String, count: Int, columns: Int, row: Int, column: String)
  /// A value that is missing where a model needs it; rows count from 0.
  case neededValue(path: String, row: Int, column: String)
  /// There is nothing at a path where data should be.
  case noData(path: String)
  /// Data that do not bring a part.
  case noPart(path: String, part: String)
  /// No reader knows the content.
  case unrecognised(path: String, bytes: [UInt8], known: [String])
  /// An array is named in a file of a format that has one table a file.
  case noArrays(path: String, array: String, format: String)
  /// Something in a file of several arrays that is damaged, missing, or not read.
  case content(path: String, place: String, problem: String)
  /// Standard input that is no data.
  case standardInput(problem: String)
  /// A library that is loaded when it is needed, and cannot be.
  case library(path: String, name: String, reason: String, remedy: String)
  /// `--format` names no format.
  case unknownFormat(String, known: [String])

  /// A fraction of validation rows outside [0, 1), or one that leaves no training row.
  case validationFraction(Double, rowCount: Int)
  /// A fraction of test rows outside [0, 1), or one that leaves no other row.
  case testFraction(Double, rowCount: Int)
  /// Rows to be held out by groups, of which there is one alone.
  case oneGroup(rowCount: Int)
  /// Data that do not have the features that a model was trained on.
  case otherFeatures(path: String, problem: String)
  /// Data without a target, or with another one than is needed.
  case target(path: String, problem: String)
  /// A batch size below 1 or above the number of training rows.
  case batchSize(Int, rowCount: Int)
}
