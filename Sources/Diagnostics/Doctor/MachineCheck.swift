/// One thing that this machine has or lacks.
package struct MachineCheck: Sendable {
  /// What was found.
  package struct Finding: Sendable, Equatable {
    /// What there is, in a few words.
    package let text: String
    /// What to do about it; nil where all is well.
    package let remedy: String?

    init(_ text: String, mend remedy: String? = nil) { (self.text, self.remedy) = (text, remedy) }
  }

  /// What it is about.
  package let name: String
  /// Looks, and changes nothing.
  package let look: @Sendable () -> Finding

  init(_ name: String, _ look: @escaping @Sendable () -> Finding) { (self.name, self.look) = (name, look) }

  /// Every check, in the order in which it is shown. A new one is a place here.
  package static let all: [MachineCheck] = [
    MachineCheck("processor", Machine.processor), MachineCheck("cores", Machine.cores),
    MachineCheck("memory", Machine.memory), MachineCheck("products", Machine.products),
    MachineCheck("MPI", MPISetup.library), MachineCheck("launcher", MPISetup.launcher),
    MachineCheck("shared memory", MPISetup.sharedMemory), MachineCheck("HDF5", Machine.hdf5),
    MachineCheck("locale", Machine.locale),
  ]
}
