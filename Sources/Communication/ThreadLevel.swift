import CMPI

/// Which threads of a rank may call MPI.
package enum ThreadLevel: String, Sendable, Comparable, CaseIterable {
  /// The rank has one thread.
  case single
  /// Only the thread that started MPI.
  case funneled
  /// Any thread, one at a time.
  case serialized
  /// Any threads at once.
  case multiple

  /// Whether `left` allows less than `right`.
  package static func < (left: ThreadLevel, right: ThreadLevel) -> Bool {
    left.cLevel.rawValue < right.cLevel.rawValue
  }

  var cLevel: cmpi_thread_level {
    switch self {
    case .single: CMPI_THREAD_SINGLE
    case .funneled: CMPI_THREAD_FUNNELED
    case .serialized: CMPI_THREAD_SERIALIZED
    case .multiple: CMPI_THREAD_MULTIPLE
    }
  }

  init(_ level: cmpi_thread_level) {
    self = Self.allCases.first { $0.cLevel == level } ?? .single
  }
}
