import Communication

/// The group sizes every collective is tried with.
let groupSizes = [1, 2, 3, 4, 7]

/// Buffer lengths: none, one, and more than fits a vector register.
let lengths = [0, 1, 5, 1000]

/// A value that differs by rank and place, exact in every type, also summed over all ranks.
func element(rank: Int, index: Int) -> Int {
  (rank * 37 + index * 11) % 101
}

/// What an all-reduce must give for `element`.
func reduced(_ operation: ReduceOperation, ranks: Int, index: Int) -> Int {
  let values = (0..<ranks).map { element(rank: $0, index: index) }
  return switch operation {
  case .sum: values.reduce(0, +)
  case .max: values.max() ?? 0
  case .min: values.min() ?? 0
  }
}

/// The bytes a rank sends in the gather tests.
func bytes(rank: Int, count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: rank * 61 + $0) }
}

/// A failure that tests cause on purpose.
struct Deliberate: Error, Equatable, CustomStringConvertible {
  var rank: Int
  var description: String { "deliberate failure on rank \(rank)" }
}
