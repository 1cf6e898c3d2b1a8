import Foundation

/// The mirrors of one run, and what is known of each.
struct MirrorList {
  struct Mirror {
    let url: URL
    /// It has answered in this run.
    var hasAnswered = false
    /// It did not answer when first asked: not asked again for the files that follow.
    var isDead = false
  }

  var mirrors: [Mirror]

  init(_ source: MNISTDownload.Source) {
    if case .mirrors(let urls) = source {
      mirrors = urls.map { Mirror(url: $0) }
    } else {
      mirrors = []
    }
  }

  /// None has answered: most likely there is no network.
  var isOffline: Bool { !mirrors.contains { $0.hasAnswered } }
}
