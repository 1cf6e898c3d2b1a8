import Foundation
import ProcessSupport
import Testing

extension LaunchTests {
  @Test("Parts of different lengths reach their ranks over MPI", arguments: [1, 2, 3, 4])
  func parts(ranks: Int) throws {
    let directory = try TemporaryDirectory()
    // This test bundle, whose test for a rank checks what that rank receives.
    let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
    let tests = [bundle, "--testing-library", "swift-testing", "--filter", "MPIRankTests"]
    let result = try Launcher.start(
      mpirun: ["-n", "\(ranks)"] + Launcher.anywhere + Launcher.setting("CAE_TEST_RANKS", "\(ranks)") + tests,
      in: directory.path
    ).result(timeout: 120)
    #expect(result.ending == .exited(0), "\(result)")
    for rank in 0..<ranks {
      #expect(result.output.contains("rank \(rank) of \(ranks) is done"), "\(result)")
    }
  }
}
