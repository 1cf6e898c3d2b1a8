/// Why vector instructions that were asked for cannot be used.
package enum VectorInstructionsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The environment names none of `VectorInstructions`.
  case unknownName(String)
  /// This machine has nothing above `best`.
  case unavailable(VectorInstructions, best: VectorInstructions)

  /// What was wrong and what to do.
  package var description: String {
    let names = { (instructions: [VectorInstructions]) in
      instructions.map(\.name).joined(separator: ", ")
    }
    switch self {
    case .unknownName(let text):
      return """
        \(VectorInstructions.variable) is "\(text)"; it must be one of \
        \(names(VectorInstructions.allCases)), or unset for the best that all ranks have
        """
    case .unavailable(let instructions, let best):
      return """
        this machine has no \(instructions) instructions, which were asked for; set \
        \(VectorInstructions.variable) to \(names(VectorInstructions.allCases.filter { $0 <= best }.reversed())) \
        or unset it for the best that all ranks have
        """
    }
  }
}
