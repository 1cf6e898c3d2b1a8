import Foundation

/// A directory with the files of MNIST, or of a set laid out like it.
public enum MNISTDataset {
  /// The two parts of the set.
  public enum Split: String, Sendable, CaseIterable {
    /// The samples to train on; validation rows are split off these.
    case train
    /// The held-out samples.
    case test = "t10k"
  }

  /// Opens the images and, when their file is there, the labels of one part.
  ///
  /// Looks for `train-images-idx3-ubyte`, the same with `.gz`, and both with a dot before `idx3`, in that
  /// order. Throws `DataError` when there are no images, a file is damaged or holds something else, or the
  /// counts differ.
  public static func open(directory: String, split: Split) throws -> LabeledTable {
    if isFile(directory) { throw DataError.notDirectory(directory) }
    guard let imagesPath = find(.images, of: split, in: directory) else {
      throw DataError.noDataset(
        directory: directory, lookedFor: names(.images, of: split),
        directoryExists: FileManager.default.fileExists(atPath: directory))
    }
    let images = try IDXFile(path: imagesPath)
    guard images.dimensions.count == 3 else {
      throw DataError.wrongRank(path: imagesPath, dimensions: images.dimensions, expected: .images)
    }
    let features = try ByteTable(images)
    guard let labelsPath = find(.labels, of: split, in: directory) else {
      return LabeledTable(features: features, labels: nil)
    }
    let labels = try IDXFile(path: labelsPath)
    guard labels.dimensions.count == 1 else {
      throw DataError.wrongRank(path: labelsPath, dimensions: labels.dimensions, expected: .labels)
    }
    guard labels.count == features.rowCount else {
      throw DataError.countMismatch(
        images: imagesPath, imageCount: features.rowCount, labels: labelsPath, labelCount: labels.count)
    }
    return LabeledTable(features: features, labels: labels.withUnsafeBytes(Array.init))
  }

  enum Content: String {
    case images = "images-idx3-ubyte"
    case labels = "labels-idx1-ubyte"
  }

  /// The names a file may have, preferred first: unpacked ones are mapped.
  static func names(_ content: Content, of split: Split) -> [String] {
    names(of: "\(split.rawValue)-\(content.rawValue)")
  }

  /// The names of what is published as `name`.gz.
  package static func names(of name: String) -> [String] {
    let dotted = name.replacingOccurrences(of: "-idx", with: ".idx")
    return [name, dotted, "\(name).gz", "\(dotted).gz"]
  }

  /// The first of `names` that `directory` has, whatever it is.
  package static func find(anyOf names: [String], in directory: String) -> String? {
    names.map { URL(fileURLWithPath: directory).appendingPathComponent($0).path }
      .first { access($0, F_OK) == 0 || isLink($0) }
  }

  private static func find(_ content: Content, of split: Split, in directory: String) -> String? {
    find(anyOf: names(content, of: split), in: directory)
  }

  private static func isFile(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
  }

  /// A dangling link is there, and opening it says what is wrong with it.
  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
