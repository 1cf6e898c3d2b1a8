import Foundation

/// Where the dataset is when no option says so.
enum DataLocation {
  /// `MNIST_DIR` if it is set, else `data/mnist` if it exists, else nothing.
  static func found(environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
    if let directory = environment["MNIST_DIR"], !directory.isEmpty { return directory }
    return FileManager.default.fileExists(atPath: "data/mnist") ? "data/mnist" : nil
  }
}
