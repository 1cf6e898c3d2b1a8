import Foundation

/// Where the dataset is when no option says so.
enum DataLocation {
  /// What to do where no dataset is found.
  static let remedy = "no dataset is given; give its directory, or set MNIST_DIR, or put it into data/mnist"

  /// `MNIST_DIR` if it is set, else `data/mnist` if it exists, else nothing.
  static func found(environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
    if let directory = environment["MNIST_DIR"], !directory.isEmpty { return directory }
    return FileManager.default.fileExists(atPath: "data/mnist") ? "data/mnist" : nil
  }
}
