import Foundation

private let images = "digits/train-images-idx3-ubyte"
private let labels = "digits/train-labels-idx1-ubyte"

extension BadInput {
  /// Datasets that are not there or damaged.
  static let data: [BadInput] = [
    BadInput("data-not-given", ["train"], code: 2),
    BadInput("data-directory-missing", ["train", "--data", "nowhere"], code: 3),
    BadInput("data-by-standard-input-empty", ["train", "--data", "-"], code: 3),
    BadInput("data-of-an-array", ["train", "--data", "digits:X"], code: 3),
    BadInput("data-several-one-missing", ["train", "--data", "digits", "--data", "nowhere"], code: 3),
    BadInput("split-and-test", ["train", "--data", "digits", "--test", "digits", "--split", "0"], code: 2),
    BadInput("data-variable-wrong", ["train"], code: 3, environment: ["MNIST_DIR": "nowhere"]),
    .train("data-directory-empty", code: 3) {
      for name in try $0.names(in: "digits") { try $0.remove("digits/\(name)") }
    },
    .train("data-is-a-file", code: 3) {
      try $0.remove("digits")
      try $0.write("digits", to: "digits")
    },
    .train("images-missing", code: 3) { try $0.remove(images) },
    .train("images-empty", code: 3) { try $0.write("", to: images) },
    .train("images-cut-in-header", code: 3) { try $0.cut(images, to: 10) },
    .train("images-cut-short", code: 3) { try $0.cut(images, to: 100_000) },
    .train("images-too-long", code: 3) { try $0.write(try $0.bytes(images) + [0], to: images) },
    .train("images-wrong-magic", code: 3) { try $0.damage(images, at: 0) },
    .train("images-of-floats", code: 3) { try $0.damage(images, at: 2, with: 0x0d) },
    .train("images-are-a-web-page", code: 3) { try $0.write("<!DOCTYPE html>\n<html></html>\n", to: images) },
    .train("images-are-a-directory", code: 3) {
      try $0.remove(images)
      try FileManager.default.createDirectory(atPath: $0.path(images), withIntermediateDirectories: false)
    },
    .train("images-and-labels-swapped", code: 3) {
      let kept = try $0.bytes(images)
      try $0.write(try $0.bytes(labels), to: images)
      try $0.write(kept, to: labels)
    },
    .train("labels-empty", code: 3) { try $0.write("", to: labels) },
    .train("labels-cut-short", code: 3) { try $0.cut(labels, to: 300) },
    .train("labels-of-another-set", code: 3) {
      try $0.write(try $0.bytes("digits/t10k-labels-idx1-ubyte"), to: labels)
    },
    .train("gzip-cut-short", code: 3) {
      try $0.remove(images)
      try $0.write(gzippedHeader, to: "\(images).gz")
    },
    .train("gzip-damaged", code: 3) {
      try $0.remove(images)
      try $0.write(gzippedHeader + Data(repeating: 0xff, count: 40), to: "\(images).gz")
    },
    .train("classify-without-labels", "--task", "classify") { try $0.remove(labels) },
    .train("regress-without-labels", "--task", "regress", code: 3) { try $0.remove(labels) },

    BadInput("synthetic-without-output", ["data", "synthetic"], code: 2),
    BadInput("synthetic-of-no-images", ["data", "synthetic", "--output", "new", "--train", "0"], code: 2),
    BadInput("synthetic-over-other-data", ["data", "synthetic", "--output", "digits"], code: 5),
    BadInput("synthetic-unwritable", ["data", "synthetic", "--output", "/proc/digits"], code: 5),
    BadInput("mnist-without-output", ["data", "mnist"], code: 2),
    BadInput("mnist-from-nowhere", ["data", "mnist", "--output", "new", "--from", "nowhere"], code: 3),
    BadInput("mnist-from-other-files", ["data", "mnist", "--output", "new", "--from", "digits"], code: 3),
    BadInput(
      "mnist-from-two-places", ["data", "mnist", "--output", "new", "--from", "a", "--mirror", "b"], code: 2),
    BadInput("mnist-bad-mirror", ["data", "mnist", "--output", "new", "--mirror", "ftp://host"], code: 2),
  ]

  /// The first bytes of a gzip stream: its header and the start of a block.
  private static let gzippedHeader = Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x63, 0x60])
}

extension Workspace {
  /// Sets one byte of a file.
  fileprivate func damage(_ name: String, at offset: Int, with byte: UInt8) throws {
    var content = try bytes(name)
    content[offset] = byte
    try write(content, to: name)
  }
}
