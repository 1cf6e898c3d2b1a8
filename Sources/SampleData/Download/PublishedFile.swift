/// A file that is published as `name`.gz and wanted unpacked.
package struct PublishedFile: Sendable, Equatable {
  /// Name of the unpacked file.
  package let name: String
  /// SHA-256 of the unpacked file, in hexadecimal.
  ///
  /// Not of the .gz: copies packed anew are as good, and a checked result needs no check of its wrapping.
  package let hash: String
  /// Bytes of the unpacked file: neither it nor what is received for it may be longer.
  package let size: Int

  /// Names a file, its SHA-256 and size unpacked.
  package init(name: String, hash: String, size: Int) {
    self.name = name
    self.hash = hash
    self.size = size
  }

  /// The four files of MNIST (LeCun, Cortes, Burges 1998).
  package static let mnist = [
    PublishedFile(
      name: "train-images-idx3-ubyte",
      hash: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", size: 47_040_016),
    PublishedFile(
      name: "train-labels-idx1-ubyte",
      hash: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", size: 60_008),
    PublishedFile(
      name: "t10k-images-idx3-ubyte",
      hash: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", size: 7_840_016),
    PublishedFile(
      name: "t10k-labels-idx1-ubyte",
      hash: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", size: 10_008),
  ]
}
