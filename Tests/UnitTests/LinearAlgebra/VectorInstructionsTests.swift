import LinearAlgebra
import Testing

@Suite(.choosesVectorLevel) struct VectorInstructionsTests {
  @Test("the best is in use unless another is asked for, and it has all below it")
  func order() {
    #expect(VectorInstructions.current == .best)
    #expect(VectorInstructions.baseline < .avx2 && VectorInstructions.avx2 < .avx512)
    #expect(VectorInstructions.available.first == .baseline)
    #expect(VectorInstructions.available.last == .best)
    #expect(VectorInstructions.allCases.map(\.rawValue) == [0, 1, 2], "ranks exchange these numbers")
  }

  @Test("what is asked for is used", arguments: VectorInstructions.available)
  func use(instructions: VectorInstructions) throws {
    try VectorInstructions.use(instructions)
    #expect(VectorInstructions.current == instructions)
  }

  @Test(
    "what this machine lacks is an error and changes nothing",
    .enabled(if: VectorInstructions.best < .avx512, "this machine has every instruction set"))
  func lacking() {
    let error = VectorInstructionsError.unavailable(.avx512, best: .best)
    #expect(throws: error) { try VectorInstructions.use(.avx512) }
    #expect(throws: error) {
      try VectorInstructions.fromEnvironment(["CAE_VECTOR_INSTRUCTIONS": "avx512"])
    }
    #expect(VectorInstructions.current == .best)
  }

  @Test(
    "names in the environment",
    arguments: VectorInstructions.available.flatMap { level in
      [level.name, level.description, level.name.uppercased()].map { (level, $0) }
    })
  func environment(level: VectorInstructions, text: String) throws {
    let found = try VectorInstructions.fromEnvironment(["CAE_VECTOR_INSTRUCTIONS": text, "OTHER": "avx512"])
    #expect(found == level)
    #expect(VectorInstructions.current == .best, "reading is not using")
  }

  @Test("nothing asked for", arguments: [[:], ["CAE_VECTOR_INSTRUCTIONS": ""], ["OTHER": "avx2"]])
  func unset(environment: [String: String]) throws {
    #expect(try VectorInstructions.fromEnvironment(environment) == nil)
  }

  @Test("another name is an error that lists the names", arguments: ["sse", "avx", "avx5120", " avx2", "1"])
  func unknown(text: String) {
    #expect(throws: VectorInstructionsError.unknownName(text)) {
      try VectorInstructions.fromEnvironment(["CAE_VECTOR_INSTRUCTIONS": text])
    }
    #expect(
      VectorInstructionsError.unknownName(text).description
        == "CAE_VECTOR_INSTRUCTIONS is \"\(text)\"; it must be one of baseline, avx2, avx512, or unset for "
        + "the best that all ranks have")
  }

  @Test("the error names what there is instead")
  func unavailable() {
    #expect(
      VectorInstructionsError.unavailable(.avx512, best: .avx2).description
        == "this machine has no AVX-512 instructions, which were asked for; set CAE_VECTOR_INSTRUCTIONS to "
        + "avx2, baseline or unset it for the best that all ranks have")
  }
}
