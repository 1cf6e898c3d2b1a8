import Testing

/// The built program under the real mpirun. One after the other: each takes all cores.
@Suite(
  .serialized,
  .enabled(
    if: Launcher.mpirun != nil, "mpirun is not installed (Debian: openmpi-bin); nothing was launched"))
struct LaunchTests {}
