import AtomicFile
import Foundation
import Testing

@Suite struct SystemThreadTests {
  @Test("a thread does its work")
  func starts() throws {
    let gate = DispatchSemaphore(value: 0)
    try SystemThread.start { gate.signal() }
    #expect(gate.wait(timeout: .now() + 10) == .success)
    try SystemThread.require(3)
    try SystemThread.require(0)
  }

  @Test("a thread that the system does not start is an error in words")
  func refusal() {
    let error = #expect(throws: SystemThread.Refusal.self) {
      // More than the address space has.
      try SystemThread.start(stackSize: 1 << 60) {}
    }
    #expect(error.map { "\($0)" }?.hasPrefix("cannot start a thread: ") == true)
  }
}
