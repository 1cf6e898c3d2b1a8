import ConcreteAutoencoder
import LinearAlgebra
import Tables

extension RowLoader {
  /// Loads what `rows` are compared with; nothing where that is their features. Allocates nothing.
  package func loadTargets(_ rows: UnsafeBufferPointer<UInt32>, into targets: TargetRows<Scalar>) {
    if !targets.classes.isEmpty { loadClasses(rows, into: targets.classes.baseAddress!) }
    if targets.values.count > 0 { loadNumbers(rows, into: targets.values.base) }
  }
}
