import Foundation

/// Threads whose start may fail, which Foundation's do not tell.
package enum SystemThread {
  /// A thread that the system did not start.
  package struct Refusal: Error, Equatable, CustomStringConvertible {
    let code: Int32

    package var description: String {
      "cannot start a thread: \(String(cString: strerror(code))); this user, or the control group, may have too few "
        + "processes and threads (`ulimit -u`, `pids.max`), or too little memory"
    }
  }

  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static let usualStack = 1 << 20

  /// Runs `body` on a thread of its own, which does not keep the process from ending. Throws `Refusal`.
  package static func start(stackSize: Int? = nil, _ body: @escaping @Sendable () -> Void) throws {
    pthread_detach(try create(stackSize: stackSize ?? usualStack, body))
  }

  /// Throws `Refusal` unless `count` threads can be started beside those that there are.
  package static func require(_ count: Int) throws {
    let gate = DispatchSemaphore(value: 0)
    var threads: [pthread_t] = []
    defer {
      for _ in threads { gate.signal() }
      for thread in threads { pthread_join(thread, nil) }
    }
    for _ in 0..<count { threads.append(try create(stackSize: usualStack) { gate.wait() }) }
  }

  private static func create(stackSize: Int, _ body: @escaping @Sendable () -> Void) throws -> pthread_t {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackSize)
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body))
    let code = pthread_create(
      &thread, &attributes,
      { argument in
        if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
    guard code == 0 else {
      work.release()
      throw Refusal(code: code)
    }
    return thread
  }
}
