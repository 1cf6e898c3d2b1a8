import LinearAlgebra

extension TrainingPass {
  /// The rows' features in one of this worker's blocks.
  package struct Block {
    /// The block's features.
    package let features: Range<Int>
    /// The rows, [maximumRows, features], to be filled by the caller.
    package let rows: AlignedBuffer<Scalar>
    /// Where the gradient of its logits lies, [K, features].
    let logits: Range<Int>
    /// The last layer, as far as it ends in these features.
    let output: OutputLayer<Scalar>?
  }
}
