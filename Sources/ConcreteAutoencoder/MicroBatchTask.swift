/// Where the gradient of a micro-batch goes, and what is added up right after.
package struct MicroBatchTask: Sendable, Equatable {
  /// The micro-batch.
  package let microBatch: Int
  /// The gradient buffer it goes to.
  package let buffer: Int
  /// Whether it is added to what is in the buffer, or written over it.
  package let accumulates: Bool
  /// How often then the last buffer in use is added to the one before it, which makes that the last one.
  package var additions = 0

  /// The task of a micro-batch.
  package init(microBatch: Int, buffer: Int, accumulates: Bool = false) {
    (self.microBatch, self.buffer, self.accumulates) = (microBatch, buffer, accumulates)
  }
}

/// A micro-batch in a pass: its rows, and where the parts of its gradient go.
package struct PassTask: Sendable, Equatable {
  /// Its rows in the pass's buffers.
  package var rows: Range<Int>
  /// The first row's place in the global batch.
  package var firstRow: Int
  /// Where the gradient of parameters goes that belong to features.
  package let features: MicroBatchTask
  /// Where that of the others goes; nil where another worker takes the rows through the hidden layers.
  package let hidden: MicroBatchTask?

  /// A task without rows so far.
  package init(features: MicroBatchTask, hidden: MicroBatchTask?) {
    (rows, firstRow) = (0..<0, 0)
    (self.features, self.hidden) = (features, hidden)
  }

  /// A whole batch of so many rows, by a worker who is alone and has one buffer.
  package init(rowCount: Int, firstRow: Int = 0, accumulates: Bool = false) {
    let task = MicroBatchTask(microBatch: 0, buffer: 0, accumulates: accumulates)
    (rows, self.firstRow) = (0..<rowCount, firstRow)
    (features, hidden) = (task, task)
  }
}
