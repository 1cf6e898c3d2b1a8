/// Throws unless a value is a count that sizes and steps can be worked out from without overflow.
package func requireCount(_ value: Int, atLeast lowest: Int = 0, option: String) throws {
  if value < lowest {
    let problem = lowest == 0 ? "\(value) is below 0" : "\(value) is not at least \(lowest)"
    throw ConfigurationError(option: option, problem: problem)
  }
  if value > Int32.max {
    throw ConfigurationError(option: option, problem: "\(value) is more than \(Int32.max)")
  }
}

func requireProbability(_ value: Double, option: String) throws {
  guard value >= 0, value < 1 else {
    throw ConfigurationError(option: option, problem: "\(value) is not in 0 ..< 1")
  }
}

func requirePositive(_ value: Double, option: String) throws {
  guard value > 0, value.isFinite else {
    throw ConfigurationError(option: option, problem: "\(value) is not a finite number above 0")
  }
}
