/// The address space has no room for the buffers of OpenBLAS.
package struct AddressSpaceError: Error, Sendable, CustomStringConvertible {
  /// Bytes that could not be had.
  package let bytes: Int
  /// Threads whose products need them.
  package let threads: Int

  /// What is wrong and what to do.
  package var description: String {
    "\(bytes >> 20) MB of address space, which the products of \(threads) thread\(threads == 1 ? "" : "s") need, cannot be had: "
      + "raise the limit on it (ulimit -v unlimited), or let fewer threads or workers work"
  }
}
