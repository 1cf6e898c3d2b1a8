import Foundation
import Tables

extension MNISTDownload {
  /// Fetches `file` from the first mirror that gives it whole, going on where an earlier transfer stopped.
  func fetch(_ file: PublishedFile, from list: inout MirrorList) throws {
    var attempts: [String] = []
    let part = try PartFile(
      path: place(of: "\(file.name).gz.part"), limit: file.size + file.size / 1000 + 1024)
    for index in list.mirrors.indices where !list.mirrors[index].isDead {
      if try fetch(file, into: part, from: &list.mirrors[index], attempts: &attempts) { return }
    }
    try part.removeIfEmpty()
    throw DataError.download(file: "\(file.name).gz", attempts: attempts, offline: list.isOffline)
  }

  private func fetch(
    _ file: PublishedFile, into part: PartFile, from mirror: inout MirrorList.Mirror,
    attempts: inout [String]
  ) throws -> Bool {
    let url = mirror.url.appendingPathComponent("\(file.name).gz")
    var failures = 0
    var damaged = 0
    var pause = patience.pause
    var most = part.count
    while true {
      report("\(url.absoluteString): fetching" + (part.count > 0 ? ", from byte \(part.count)" : ""))
      let transfer = HTTPTransfer(url, into: part, silence: patience.silence)
      let outcome = transfer.run { received, total in
        let whole = total.map { " of \($0 / 1000)" } ?? ""
        report("\(url.absoluteString): \(received / 1000)\(whole) kB")
      }
      mirror.hasAnswered = mirror.hasAnswered || transfer.hasAnswered
      // A server that cannot resume starts over each time: only new bytes count as progress.
      if part.count > most {
        most = part.count
        failures = 0
        pause = patience.pause
      }
      let reason: String
      switch outcome {
      case .complete, .nothingLeft:
        do {
          try install(part.path, as: file, remedy: "")
          try part.remove()
          report("\(place(of: file.name)): fetched, unpacked, verified")
          return true
        } catch let error as DataError where error.isDamage {
          reason = error.description
          try part.clear()
          most = 0
          damaged += 1
        }
      case .failed(let text): reason = text
      case .refused(let text):
        attempts.append("\(url.absoluteString): \(text)")
        return false
      case .unwritable(let error): throw error
      }
      failures += 1
      let note = "\(url.absoluteString): \(reason)"
      if !mirror.hasAnswered {
        mirror.isDead = true
        attempts.append(note)
        return false
      }
      // The rest of an old file may not fit this one; twice in a row it is the mirror's own.
      if failures >= patience.failures || damaged >= 2 {
        attempts.append(note)
        return false
      }
      report("\(note); again in \(pause.formatted()) s")
      Thread.sleep(forTimeInterval: pause)
      pause *= 2
    }
  }
}

extension DataError {
  /// The content is at fault, so fetching it again may help.
  fileprivate var isDamage: Bool {
    switch self {
    case .gzip, .wrongHash, .oversized, .empty: true
    default: false
    }
  }
}
