import AtomicFile

/// The forms that tables are written in, and the way to begin one.
package enum TableWriters {
  /// Every form. A new one is a file with a `TableWriter` and a place here.
  package static var all: [any TableWriter.Type] { [CSVWriter.self, NPYWriter.self] }

  /// What `--output` takes, for help and messages.
  package static var forms: String {
    all.map { $0.suffix }.joined(separator: " or ")
      + ", or \(ByteOutputs.standard) for CSV to standard output"
  }

  /// Whether the form of the file at `path` is known by its name.
  package static func takes(_ path: String) -> Bool { form(of: path) != nil }

  /// Begins the table at `path`, in the form that its name says. Throws `OutputFormError`, and `FileError`.
  package static func begin(_ path: String, _ heading: TableHeading) throws -> any TableWriter {
    guard let form = form(of: path) else { throw OutputFormError(path: path) }
    return try form.init(heading, to: try ByteOutputs.open(path))
  }

  private static func form(of path: String) -> (any TableWriter.Type)? {
    if path == ByteOutputs.standard { return CSVWriter.self }
    return all.first { path.lowercased().hasSuffix($0.suffix) }
  }
}

/// A file to write whose name does not say in which form.
package struct OutputFormError: Error, CustomStringConvertible {
  /// The file.
  package let path: String

  /// Blames `path`.
  package init(path: String) { self.path = path }

  /// What is wrong and what to do.
  package var description: String {
    "\(path): the output's name says its form: end it with \(TableWriters.forms)"
  }
}
