import CVectorMath

/// An instruction set that the vector loops were compiled for; one binary holds all, and one is in use.
///
/// Two of them round differently in the last places, so ranks that must keep the same numbers have to use the same:
/// the smallest `best` of all ranks.
package enum VectorInstructions: Int, Comparable, CaseIterable, Sendable, CustomStringConvertible {
  /// What every machine of the architecture has; elsewhere than on x86-64 the only one.
  case baseline
  /// x86-64-v3: AVX2 and fused multiply-add.
  case avx2
  /// x86-64-v4: AVX-512.
  case avx512

  /// The environment variable that `fromEnvironment` reads.
  package static let variable = "CAE_VECTOR_INSTRUCTIONS"

  /// The best that this machine has.
  package static var best: VectorInstructions { VectorInstructions(cvm_best_level()) }

  /// Those that this machine has, in ascending order.
  package static var available: [VectorInstructions] { allCases.filter { $0 <= best } }

  /// The one that the loops use: `best`, until another is asked for.
  package static var current: VectorInstructions { VectorInstructions(cvm_current_level()) }

  /// Makes the vector loops of this process use `instructions` from now on; not to be called while one runs.
  ///
  /// Throws `VectorInstructionsError.unavailable` if this machine lacks them.
  package static func use(_ instructions: VectorInstructions) throws {
    guard cvm_set_level(cvm_level(rawValue: UInt32(instructions.rawValue))) == 0 else {
      throw VectorInstructionsError.unavailable(instructions, best: best)
    }
  }

  /// What the environment asks for; nil if its `CAE_VECTOR_INSTRUCTIONS` is missing or empty.
  ///
  /// Names are those of `name`; capitals and hyphens do not matter. Throws `VectorInstructionsError` for any other
  /// name and for instructions that this machine lacks.
  package static func fromEnvironment(_ environment: [String: String]) throws -> VectorInstructions? {
    guard let text = environment[variable], !text.isEmpty else { return nil }
    let name = text.lowercased().filter { $0 != "-" }
    guard let instructions = allCases.first(where: { $0.name == name }) else {
      throw VectorInstructionsError.unknownName(text)
    }
    guard instructions <= best else { throw VectorInstructionsError.unavailable(instructions, best: best) }
    return instructions
  }

  /// The name in options and environment variables: `baseline`, `avx2`, `avx512`.
  package var name: String { "\(self)".lowercased().filter { $0 != "-" } }

  /// The name for people: "baseline", "AVX2", "AVX-512".
  package var description: String {
    switch self {
    case .baseline: "baseline"
    case .avx2: "AVX2"
    case .avx512: "AVX-512"
    }
  }

  /// Orders by capability: every machine that has one has all below it.
  package static func < (left: VectorInstructions, right: VectorInstructions) -> Bool {
    left.rawValue < right.rawValue
  }

  private init(_ level: cvm_level) {
    guard let instructions = VectorInstructions(rawValue: Int(level.rawValue)) else {
      preconditionFailure("level \(level.rawValue) of the vector loops has no name")
    }
    self = instructions
  }
}
