/// What can be wrong when sample data are fetched or made.
package enum SampleDataError: Error, Sendable, Equatable {
  /// A count option outside what can be made.
  case sampleCount(option: String, found: Int, limit: Int)
  /// Files that would be overwritten.
  case exists(paths: [String])
  /// A file is another than the published one.
  case notPublished(path: String, why: String, remedy: String)
  /// Another process is fetching the same file.
  case busy(path: String)
  /// `--from` has none of the names a file may have.
  case notInSource(directory: String, lookedFor: [String])
  /// An address that is not http or https.
  case badMirror(String)
  /// The program that fetches is not there.
  case noCurl
  /// No mirror gave a file; one failure a line.
  case download(file: String, failures: [String], offline: Bool)
}

extension SampleDataError: CustomStringConvertible {
  /// What was wrong, where, and what to do.
  package var description: String {
    switch self {
    case .sampleCount(let option, let found, let limit): "\(option) \(found): must be from 1 to \(limit)"
    case .exists(let paths):
      "not overwriting \(paths.joined(separator: ", ")): choose another --output, or give --force"
    case .notPublished(let path, let why, let remedy):
      "\(path): is not the published file: \(why)" + (remedy.isEmpty ? "" : "; \(remedy)")
    case .busy(let path): "\(path): another process is fetching this file; wait for it to end"
    case .notInSource(let directory, let lookedFor):
      "no such file in \(directory): looked for \(lookedFor.joined(separator: ", "))"
    case .badMirror(let text):
      "mirror \(text): must be an http:// or https:// address of a directory with the .gz files"
    case .noCurl: "curl, which fetches files, cannot be run: install it, or give a directory with --from DIR"
    case .download(let file, let failures, let offline):
      (offline ? "no mirror can be reached for \(file); is there a network?" : "no mirror gave \(file)")
        + failures.map { "\n  \($0)" }.joined()
        + "\nfetch the .gz files elsewhere and give their directory with --from DIR, name a reachable "
        + "--mirror URL, or make data with `cae data synthetic`; what was received so far is kept and resumed"
    }
  }
}
