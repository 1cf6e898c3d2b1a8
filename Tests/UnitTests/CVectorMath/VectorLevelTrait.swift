import LinearAlgebra
import Testing

/// Runs the cases of a suite that depends on the instruction set in use, once for each of some sets.
///
/// Suites with this trait take turns, since the choice holds for the whole process; afterwards it is what it was.
struct VectorLevelTrait: SuiteTrait, TestTrait, TestScoping {
  let isRecursive = true
  let levels: [VectorInstructions]

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await Turns.shared.take {
      let before = VectorInstructions.current
      defer { try? VectorInstructions.use(before) }
      for level in levels {
        try VectorInstructions.use(level)
        try await naming(level, for: test, testCase: testCase, performing: function)
      }
    }
  }

  /// Says in each failure which instructions were in use.
  private func naming(
    _ level: VectorInstructions, for test: Test, testCase: Test.Case?,
    performing function: @Sendable () async throws -> Void
  ) async throws {
    #if compiler(>=6.2)
      let trait = IssueHandlingTrait.compactMapIssues { issue in
        var named = issue
        named.comments.append("with \(level) instructions")
        return named
      }
      try await trait.provideScope(for: test, testCase: testCase, performing: function)
    #else
      try await function()
    #endif
  }
}

extension Trait where Self == VectorLevelTrait {
  /// Every instruction set that this machine has.
  static var everyVectorLevel: Self { VectorLevelTrait(levels: VectorInstructions.available) }

  /// The best; the cases may use others.
  static var choosesVectorLevel: Self { VectorLevelTrait(levels: [.best]) }
}

/// Lets one caller at a time through, in the order they come.
private actor Turns {
  static let shared = Turns()

  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  nonisolated func take(_ body: @Sendable () async throws -> Void) async throws {
    await enter()
    do {
      try await body()
    } catch {
      await leave()
      throw error
    }
    await leave()
  }

  private func enter() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func leave() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}
