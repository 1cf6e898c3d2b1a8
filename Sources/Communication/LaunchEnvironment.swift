/// What the environment says about the launcher, before MPI is started.
package struct LaunchEnvironment: Sendable, Equatable {
  /// The program or protocol that started this process as one rank of several.
  package enum Launcher: String, Sendable, CaseIterable {
    /// Open MPI's mpirun.
    case openMPI = "Open MPI"
    /// A process manager that speaks PMI: MPICH's mpiexec, `srun --mpi=pmi2`.
    case pmi = "PMI"
    /// A process manager that speaks PMIx.
    case pmix = "PMIx"
    /// Slurm's srun without a process management interface.
    case slurm = "Slurm"
  }

  /// The launcher; nil if this process was started by itself.
  package let launcher: Launcher?
  /// How many ranks the launcher promises; nil if it does not say.
  package let promisedSize: Int?
  /// The variable that says so.
  package let sizeVariable: String?
  /// The rank the launcher promises this process; 0 without a launcher.
  package let promisedRank: Int

  /// Whether this process may print what concerns all ranks, such as a usage error, before MPI is started.
  package var isRoot: Bool { promisedRank == 0 }

  /// Reads the launchers' variables; the innermost launcher wins (mpirun inside a Slurm job is mpirun).
  ///
  /// In a Slurm job's batch script, or in the shell of an allocation, `SLURM_PROCID` and `SLURM_NTASKS` are
  /// set although nothing was launched: only srun sets the step's identifier.
  package init(_ environment: [String: String]) {
    func number(_ name: String) -> Int? {
      environment[name].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
    func size(_ names: [String]) -> (name: String, size: Int)? {
      for name in names {
        if let size = number(name), size > 0 { return (name, size) }
      }
      return nil
    }
    let isStep = environment["SLURM_STEP_ID"] != nil || environment["SLURM_STEPID"] != nil
    let stepSize = isStep ? size(["SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"]) : nil

    let found: (launcher: Launcher, rank: Int, size: (name: String, size: Int)?)?
    if let rank = number("OMPI_COMM_WORLD_RANK") {
      found = (.openMPI, rank, size(["OMPI_COMM_WORLD_SIZE"]))
    } else if let promised = size(["OMPI_COMM_WORLD_SIZE"]) {
      found = (.openMPI, 0, promised)
    } else if let rank = number("PMI_RANK") {
      found = (.pmi, rank, size(["PMI_SIZE"]) ?? stepSize)
    } else if let promised = size(["PMI_SIZE"]) {
      found = (.pmi, 0, promised)
    } else if let rank = number("PMIX_RANK") {
      found = (.pmix, rank, stepSize)
    } else if isStep, let rank = number("SLURM_PROCID"), stepSize != nil {
      found = (.slurm, rank, stepSize)
    } else {
      found = nil
    }
    launcher = found?.launcher
    promisedRank = found?.rank ?? 0
    promisedSize = found?.size?.size
    sizeVariable = found?.size?.name
  }

  /// Throws `CommunicationError.singleRankUnderLauncher` if the launcher promises several ranks and the MPI
  /// library, whose name is part of the message, sees one.
  package func verify(actualSize: Int, library: String) throws {
    guard actualSize == 1, let promisedSize, promisedSize > 1 else { return }
    throw CommunicationError.singleRankUnderLauncher(
      promised: promisedSize, variable: sizeVariable ?? "", library: library)
  }
}
