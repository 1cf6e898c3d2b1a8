/// A rank's work on one micro-batch: where its gradient is written, and what is added up right after.
package struct MicroBatchTask: Sendable, Equatable {
  /// The micro-batch.
  package let microBatch: Int
  /// The gradient buffer it is written to.
  package let buffer: Int
  /// How often then the last buffer in use is added to the one before it, which makes that the last one.
  package internal(set) var additions: Int
}
