/// One rank's call of a collective, as the in-process ranks hand it to each other.
struct CollectiveCall {
  /// What must be the same on all ranks.
  struct Signature: Equatable {
    let collective: Collective
    var type: ReducibleType?
    var operation: ReduceOperation?
    /// Elements of an all-reduce, bytes otherwise; nil where ranks may differ.
    var length: Int?
    var root: Int?
    /// The elements of each rank's part, in an all-gather.
    var parts: PartLengths?
  }

  let signature: Signature
  /// What the rank contributes; overwritten by an all-reduce and by a broadcast.
  var bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  /// Where the root of a gather, and every rank of an exchange, receives.
  var received = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  /// The part and the order that a rank chooses in a split.
  var color = 0
  var key = 0
  /// What the rank sends to each and receives from each in an exchange.
  var sentParts = PartLengths([])
  var receivedParts = PartLengths([])
}

extension CollectiveCall.Signature: CustomStringConvertible {
  var description: String {
    var parts: [String] = []
    if let operation { parts.append("\(operation)") }
    if let length { parts.append("\(length) \(type?.rawValue ?? "bytes")") }
    if let lengths = self.parts { parts.append("parts of \(lengths) \(type?.rawValue ?? "bytes")") }
    if let root { parts.append("root \(root)") }
    return "\(collective)" + (parts.isEmpty ? "" : " (" + parts.joined(separator: ", ") + ")")
  }
}
