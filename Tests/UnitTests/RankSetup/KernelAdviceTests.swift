import LinearAlgebra
import RankSetup
import Testing

@Suite struct KernelAdviceTests {
  @Test(
    "nothing is said where kernels use the best instructions",
    arguments: [
      ("SkylakeX", VectorInstructions.avx512), ("Cooperlake", .avx512), ("Haswell", .avx2), ("Zen", .avx2),
      ("SkylakeX", .avx2), ("Prescott", .baseline), ("NeoverseN1", .baseline),
    ])
  func silence(kernel: String, best: VectorInstructions) {
    #expect(KernelAdvice.line(kernel: kernel, best: best, chosen: nil, isDynamic: true) == nil)
  }

  @Test("what chooses better kernels depends on who chose these")
  func remedies() throws {
    let byVariable = KernelAdvice.line(kernel: "Haswell", best: .avx512, chosen: "Haswell", isDynamic: true)
    #expect(
      byVariable
        == "OpenBLAS uses Haswell kernels on a processor with AVX-512; OPENBLAS_CORETYPE=Haswell says so: "
        + "unset it, or set it to SkylakeX (compare with `cae bench`)")
    let byItself = KernelAdvice.line(kernel: "Zen", best: .avx512, chosen: nil, isDynamic: true)
    #expect(byItself?.contains("OPENBLAS_CORETYPE=SkylakeX chooses better ones") == true)
    let unset = KernelAdvice.line(kernel: "Nehalem", best: .avx2, chosen: "", isDynamic: true)
    #expect(unset?.contains("OPENBLAS_CORETYPE=Haswell chooses better ones") == true)
    let fixed = KernelAdvice.line(kernel: "Core2", best: .avx2, chosen: "Haswell", isDynamic: false)
    #expect(fixed?.contains("install one for many processors") == true)
  }
}
