/// How many `Float` elements go to, or come from, each rank: a buffer of parts, one behind the other, one a
/// rank.
///
/// Made once and used in every step: a collective that is given one takes no memory for it.
package struct PartLengths: Sendable, Equatable {
  // As MPI takes them: 32-bit counts, and offsets from the buffer's start.
  let counts: [Int32]
  let offsets: [Int32]

  /// The elements of all parts, the length of the buffer.
  package let count: Int

  /// Parts of these lengths in elements, in rank order; zero where a rank has none.
  ///
  /// One call of MPI counts in 32 bits: all parts together may have `Int32.max` elements, 8 GB.
  package init(_ lengths: [Int]) {
    var (counts, offsets, total): ([Int32], [Int32], Int) = ([], [], 0)
    for length in lengths {
      precondition(length >= 0, "a part's length is not negative")
      precondition(length <= Int(Int32.max) - total, "one call carries at most Int32.max elements")
      counts.append(Int32(length))
      offsets.append(Int32(total))
      total += length
    }
    self.counts = counts
    self.offsets = offsets
    count = total
  }

  /// The number of parts, which is the number of ranks.
  package var partCount: Int { counts.count }

  /// Where the part of rank `rank` lies in the buffer.
  package subscript(rank: Int) -> Range<Int> {
    let start = Int(offsets[rank])
    return start..<start + Int(counts[rank])
  }
}

extension PartLengths: CustomStringConvertible {
  /// The lengths in rank order, as in `3, 0, 5`.
  package var description: String { counts.map(String.init).joined(separator: ", ") }
}
