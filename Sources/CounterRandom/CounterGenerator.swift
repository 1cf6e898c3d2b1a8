import CVectorMath
import Foundation

/// The words of one `RandomStream`, in order, as a standard generator.
package struct CounterGenerator: RandomNumberGenerator {
  private let stream: RandomStream
  private var counter: UInt32 = 0
  private var pending: UInt64?

  /// Starts at the first word of `stream`. Words come in another order than `cvm_random_words` gives them.
  package init(_ stream: RandomStream) { self.stream = stream }

  /// The next 64 random bits.
  package mutating func next() -> UInt64 {
    if let word = pending {
      pending = nil
      return word
    }
    var input = (counter, stream.row, stream.step, stream.purpose)
    var key = (UInt32(truncatingIfNeeded: stream.seed), UInt32(truncatingIfNeeded: stream.seed >> 32))
    var output: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    withUnsafeBytes(of: &input) { input in
      withUnsafeBytes(of: &key) { key in
        withUnsafeMutableBytes(of: &output) { output in
          cvm_philox4x32(
            input.assumingMemoryBound(to: UInt32.self).baseAddress,
            key.assumingMemoryBound(to: UInt32.self).baseAddress,
            output.assumingMemoryBound(to: UInt32.self).baseAddress)
        }
      }
    }
    counter &+= 1
    pending = UInt64(output.2) | UInt64(output.3) << 32
    return UInt64(output.0) | UInt64(output.1) << 32
  }

  /// A uniform number in [0, 1) with 53 random bits.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A standard normal number (Box, Muller 1958; one of the pair).
  package mutating func normal() -> Double {
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * Double.pi * uniform())
  }
}

extension Array where Element == UInt32 {
  /// Puts the elements in the order of a uniform random permutation (Fisher-Yates; bounded draws by
  /// multiplication, Lemire 2019, whose bias of at most count / 2^64 is left in).
  package mutating func shuffle(by stream: RandomStream) {
    var generator = CounterGenerator(stream)
    withUnsafeMutableBufferPointer { elements in
      for last in stride(from: elements.count - 1, to: 0, by: -1) {
        let other = Int(generator.next().multipliedFullWidth(by: UInt64(last + 1)).high)
        elements.swapAt(last, other)
      }
    }
  }
}
