import Communication
import Testing

@Suite("Launchers' environments")
struct LaunchEnvironmentTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let environment: [String: String]
    let launcher: LaunchEnvironment.Launcher?
    let size: Int?
    let rank: Int
    let variable: String?

    init(
      _ name: String, _ environment: [String: String], _ launcher: LaunchEnvironment.Launcher?,
      size: Int? = nil, rank: Int = 0, variable: String? = nil
    ) {
      self.name = name
      self.environment = environment
      self.launcher = launcher
      self.size = size
      self.rank = rank
      self.variable = variable
    }

    var testDescription: String { name }
  }

  static let cases = [
    Case("no launcher", ["PATH": "/bin", "HOME": "/"], nil),
    Case(
      "Open MPI", ["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "2", "PMIX_RANK": "2"], .openMPI,
      size: 4, rank: 2, variable: "OMPI_COMM_WORLD_SIZE"),
    Case(
      "Open MPI, one rank", ["OMPI_COMM_WORLD_SIZE": "1", "OMPI_COMM_WORLD_RANK": "0"], .openMPI, size: 1,
      variable: "OMPI_COMM_WORLD_SIZE"),
    Case(
      "Open MPI's size alone", ["OMPI_COMM_WORLD_SIZE": "4"], .openMPI, size: 4,
      variable: "OMPI_COMM_WORLD_SIZE"),
    Case(
      "MPICH", ["PMI_SIZE": "3", "PMI_RANK": "1"], .pmi, size: 3, rank: 1, variable: "PMI_SIZE"),
    Case("PMI's size alone", ["PMI_SIZE": "3"], .pmi, size: 3, variable: "PMI_SIZE"),
    Case("PMIx without a size", ["PMIX_RANK": "5"], .pmix, rank: 5),
    Case(
      "srun with PMIx",
      [
        "PMIX_RANK": "5", "SLURM_PROCID": "5", "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "8",
        "SLURM_NTASKS": "16",
      ], .pmix, size: 8, rank: 5, variable: "SLURM_STEP_NUM_TASKS"),
    Case(
      "srun without PMI", ["SLURM_PROCID": "1", "SLURM_STEPID": "0", "SLURM_NTASKS": "2"], .slurm, size: 2,
      rank: 1, variable: "SLURM_NTASKS"),
    Case("Slurm's batch script: nothing launched", ["SLURM_PROCID": "0", "SLURM_NTASKS": "8"], nil),
    Case(
      "mpirun within a Slurm step",
      [
        "OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "3", "SLURM_PROCID": "0", "SLURM_STEP_ID": "0",
        "SLURM_NTASKS": "2",
      ], .openMPI, size: 4, rank: 3, variable: "OMPI_COMM_WORLD_SIZE"),
    Case(
      "values that are no numbers",
      ["OMPI_COMM_WORLD_SIZE": "four", "PMI_SIZE": "", "PMI_RANK": "-1", "PMIX_RANK": "x"], nil),
    Case("a size of 0", ["PMI_SIZE": "0", "PMI_RANK": "0"], .pmi),
  ]

  @Test(arguments: cases)
  func parses(_ expected: Case) {
    let launch = LaunchEnvironment(expected.environment)
    #expect(launch.launcher == expected.launcher)
    #expect(launch.promisedSize == expected.size)
    #expect(launch.promisedRank == expected.rank)
    #expect(launch.sizeVariable == expected.variable)
    #expect(launch.isRoot == (expected.rank == 0))
  }

  @Test("More ranks promised than MPI sees are refused, with the way to find out why", arguments: cases)
  func verifies(_ launch: Case) throws {
    let environment = LaunchEnvironment(launch.environment)
    guard let size = launch.size, size > 1 else {
      try environment.verify(actualSize: 1, library: "Some MPI")
      return
    }
    try environment.verify(actualSize: size, library: "Some MPI")
    let error = #expect(throws: CommunicationError.self) {
      try environment.verify(actualSize: 1, library: "Some MPI v1")
    }
    let text = error?.description ?? ""
    for part in [
      "\(size) ranks", "\(launch.variable ?? "?")=\(size)", "Some MPI v1", "mpirun --version", "ldd",
    ] {
      #expect(text.contains(part), "\(part) is missing in: \(text)")
    }
  }

  @Test("Without a launcher there is one rank and no MPI")
  func local() throws {
    let communicator = try Communicators.start(environment: [:])
    #expect(communicator is LocalCommunicator)
    #expect(communicator.size == 1 && communicator.nodeSize == 1)
    #expect(communicator.rank == 0 && communicator.nodeRank == 0)
    #expect(try communicator.allReduce(Float(2.5), .sum) == 2.5)
    #expect(try communicator.broadcast("text") == "text")
    #expect(try communicator.gatherStrings("text") == ["text"])
    #expect(throws: CommunicationError.rootOutOfRange(root: 1, size: 1)) {
      try communicator.broadcast("text", root: 1)
    }
    var received: [UInt8] = [0, 0]
    try [UInt8]([7, 8]).withUnsafeBytes { sent in
      try received.withUnsafeMutableBytes { try communicator.gather(sent, into: $0, root: 0) }
    }
    #expect(received == [7, 8])
    try communicator.agree(phase: "nothing") {}
    try communicator.requireEqual([("a", "b")])
    try communicator.barrier()
    try communicator.finalize()
  }
}
