/// What can go wrong while a table is read once into the form to train from.
package enum StagingError: Error, Sendable, Equatable {
  /// The source was written to while it was read.
  case changed(path: String)
  /// A staged file is not what its sidecar says.
  case damaged(path: String)
}

extension StagingError: CustomStringConvertible {
  /// What was wrong, where, and what to do.
  package var description: String {
    switch self {
    case .changed(let path):
      "\(path): was written to while it was read; wait until it is whole, and start again"
    case .damaged(let path): "\(path): is not what the .json beside it says; remove both, they are made again"
    }
  }
}
