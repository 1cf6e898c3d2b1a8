import CMPI

/// An MPI call that returned an error.
package struct MPIError: Error, Sendable, Equatable {
  /// The MPI function, such as `MPI_Allreduce`.
  package let function: String
  /// MPI's return code.
  package let code: Int32
  /// The library's own text for the code, in one line.
  package let text: String
  /// The rank it happened on; nil before ranks are known.
  package let rank: Int?
  /// What to do about it; nil where nothing can be said.
  package let advice: String?

  /// Looks up the library's text for a return code.
  init(function: String, code: Int32, rank: Int?) {
    self.function = function
    self.code = code
    self.rank = rank
    // MPICH's text is a stack of several lines; a message of this program is one.
    self.text = withCString { cmpi_error_string(code, $0, $1) }
      .split(whereSeparator: \.isNewline).joined(separator: "; ")
    switch cmpi_classify(code) {
    case CMPI_ERROR_TRUNCATE:
      advice = "The ranks passed different lengths: check that all run the same program and configuration."
    case CMPI_ERROR_MEMORY:
      advice = "The node is out of memory: use fewer ranks on it or a smaller model."
    case CMPI_ERROR_INTERNAL:
      advice = "A connection between nodes or a peer may have failed: see the first error of the other ranks."
    default:
      advice = nil
    }
  }
}

extension MPIError: CustomStringConvertible {
  /// The function, the rank, the library's text and the advice.
  package var description: String {
    let place = rank.map { " on rank \($0)" } ?? ""
    return "\(function) failed\(place): \(text) (code \(code))." + (advice.map { " \($0)" } ?? "")
  }
}

/// The text that a C function writes into a buffer of some capacity.
func withCString(_ write: (UnsafeMutablePointer<CChar>, Int32) -> Int32) -> String {
  // Longer than any of MPI's limits for names, versions and error texts in the libraries in use.
  let capacity = 8192
  return withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
    buffer.initialize(repeating: 0)
    guard let start = buffer.baseAddress else { return "" }
    _ = write(start, Int32(capacity))
    return String(cString: start)
  }
}
