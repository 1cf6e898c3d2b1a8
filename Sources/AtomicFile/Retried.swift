import Foundation

/// The result of a system call, repeated while a signal interrupts it.
package func retried<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
