import Foundation
import Synchronization
import Tables

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One GET request whose body goes to the end of a `PartFile`.
final class HTTPTransfer: NSObject, Sendable {
  /// How a transfer ended.
  enum Outcome: Sendable {
    /// The whole body is in the file.
    case complete
    /// The server has no byte beyond those in the file.
    case nothingLeft
    /// Worth another try.
    case failed(String)
    /// The server will not give the file.
    case refused(String)
    /// The file cannot take the body.
    case unwritable(any Error)
  }

  private struct State {
    var outcome: Outcome?
    var hasAnswered = false
    var lastSign = ContinuousClock.now
    /// Bytes the answer announced, less those received.
    var outstanding: Int?
  }

  private let url: URL
  private let part: PartFile
  private let offset: Int
  private let silence: Double
  private let state = Mutex(State())
  private let ended = DispatchSemaphore(value: 0)

  /// Prepares to continue `part` from `url`; `silence` seconds without a byte end the transfer.
  init(_ url: URL, into part: PartFile, silence: Double) {
    self.url = url
    self.part = part
    self.silence = silence
    offset = part.count
  }

  /// Whether an HTTP answer came.
  var hasAnswered: Bool { state.withLock { $0.hasAnswered } }

  /// Transfers; blocks until the end, calling `progress` every five seconds with the bytes in the file and,
  /// where the server said, those it will have.
  func run(progress: (_ received: Int, _ total: Int?) -> Void) -> Outcome {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.urlCache = nil
    // The watch below decides; it also covers name look-up and connecting.
    configuration.timeoutIntervalForRequest = 100 * silence
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = 1
    let session = URLSession(configuration: configuration, delegate: self, delegateQueue: queue)
    defer { session.invalidateAndCancel() }
    var request = URLRequest(url: url)
    // Otherwise a server may pack what is packed, and the library unpacks behind our back.
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    if offset > 0 { request.setValue("bytes=\(offset)-", forHTTPHeaderField: "Range") }
    state.withLock { $0.lastSign = .now }
    session.dataTask(with: request).resume()
    var lastReport = ContinuousClock.now
    while ended.wait(timeout: .now() + min(0.25, silence / 4)) == .timedOut {
      let (quiet, outstanding) = state.withLock { ($0.lastSign.duration(to: .now), $0.outstanding) }
      if hasAnswered, lastReport.duration(to: .now) > .seconds(5) {
        lastReport = .now
        let received = part.count
        progress(received, outstanding.map { received + $0 })
      }
      if quiet > .seconds(silence) {
        finish(.failed("no answer for \(silence.formatted()) s"))
        break
      }
    }
    return state.withLock { $0.outcome! }
  }

  /// The first outcome counts; whatever arrives later is not written.
  private func finish(_ outcome: Outcome) {
    let isFirst = state.withLock { state in
      if state.outcome != nil { return false }
      state.outcome = outcome
      return true
    }
    if isFirst { ended.signal() }
  }
}

extension HTTPTransfer: URLSessionDataDelegate {
  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    let problem = accept(response)
    if let problem { finish(problem) }
    completionHandler(problem == nil ? .allow : .cancel)
  }

  /// Makes the file ready for the body; what is wrong with the answer, or nil.
  private func accept(_ response: URLResponse) -> Outcome? {
    guard let response = response as? HTTPURLResponse else { return .refused("not an HTTP answer") }
    state.withLock {
      $0.hasAnswered = true
      $0.lastSign = .now
      $0.outstanding = response.expectedContentLength >= 0 ? Int(response.expectedContentLength) : nil
    }
    switch response.statusCode {
    case 200:
      // The server ignores the range: from the start again.
      do { try part.clear() } catch { return .unwritable(error) }
      return nil
    case 206:
      let range = response.value(forHTTPHeaderField: "Content-Range") ?? ""
      if range.hasPrefix("bytes \(offset)-") { return nil }
      do { try part.clear() } catch { return .unwritable(error) }
      return .failed("sent another range than asked for (\(range))")
    case 416 where offset > 0: return .nothingLeft
    case 408, 425, 429, 500...599: return .failed("HTTP \(response.statusCode)")
    default: return .refused("HTTP \(response.statusCode)")
    }
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let problem: Outcome? = state.withLock { state in
      guard state.outcome == nil else { return nil }
      state.lastSign = .now
      state.outstanding = state.outstanding.map { $0 - data.count }
      do {
        try part.append(data)
        return nil
      } catch DataError.oversized {
        do { try part.clear() } catch { return .unwritable(error) }
        return .refused("sends more bytes than the published file has")
      } catch { return .unwritable(error) }
    }
    if let problem {
      finish(problem)
      dataTask.cancel()
    }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    if let error {
      finish(.failed("\(error.localizedDescription) (\((error as NSError).code))"))
    } else if let outstanding = state.withLock({ $0.outstanding }), outstanding > 0 {
      finish(.failed("the connection ended \(outstanding) bytes early"))
    } else {
      finish(.complete)
    }
  }
}
