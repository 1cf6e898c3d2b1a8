import Foundation

/// The names that the files of MNIST, and of sets laid out like it, go by.
package enum IDXFileNames {
  /// What a file holds.
  package enum Content: String, Sendable {
    case images = "images-idx3-ubyte"
    case labels = "labels-idx1-ubyte"
  }

  /// The published name of a part's file, unpacked.
  package static func name(of content: Content, _ part: DataPart) -> String {
    "\(part == .training ? "train" : "t10k")-\(content.rawValue)"
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

  /// A dangling link is there, and opening it says what is wrong with it.
  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
