import LinearAlgebra

/// Workers on the same rows, each with blocks of the features, and the memory in which they leave each other what a
/// step needs.
///
/// A member has its blocks' columns of the rows, of the selection matrix and of the decoder's last layer; the
/// hidden layers between them are worked out by each member for rows of its own. So activations, [rows, K] and
/// [rows, H], pass between members instead of parameters and gradients (tensor parallelism: Shoeybi et al. 2019,
/// arXiv 1909.08053).
package struct TensorParallelGroup<Scalar: Real> {
  /// All blocks of the features.
  package let all: FeatureBlocks
  /// This member's.
  package let blocks: Range<Int>
  /// Which member this is.
  package let member: Int

  private let places: Places
  private let storage: AlignedBuffer<Scalar>

  /// Where things lie in the memory of a tensor-parallel group.
  private struct Places {
    let maximumRows: Int
    let latentWidth: Int
    let topWidth: Int
    let blockCount: Int

    var latentCount: Int { AlignedBuffer<Scalar>.aligned(maximumRows * latentWidth) }
    var topCount: Int { AlignedBuffer<Scalar>.aligned(maximumRows * topWidth) }
    /// A softmax's largest values and sums, and later the sums that its gradient needs.
    var softmaxStride: Int { AlignedBuffer<Scalar>.aligned(3 * latentWidth) }
    var softmaxOffset: Int { blockCount * (latentCount + topCount) }
    var topOffset: Int { softmaxOffset + blockCount * softmaxStride }
    var count: Int { topOffset + topCount + latentCount }

    init(shape: ModelShape, blocks: FeatureBlocks, maximumRows: Int) {
      self.maximumRows = maximumRows
      blockCount = blocks.count
      latentWidth = shape.selectorCount
      topWidth = shape.outputsAreFeatures ? shape.widths[shape.widths.count - 2] : 0
    }
  }

  /// Member `member` of `memberCount` over batches of at most `maximumRows` rows. `storage`, of `storageCount` elements, must
  /// be the same memory for all members; a worker that is alone may have its own.
  package init(
    shape: ModelShape, blocks: FeatureBlocks, member: Int = 0, memberCount: Int = 1, maximumRows: Int,
    storage: AlignedBuffer<Scalar>? = nil
  ) {
    all = blocks
    self.blocks = blocks.share(of: member, among: memberCount)
    self.member = member
    places = Places(shape: shape, blocks: blocks, maximumRows: maximumRows)
    self.storage = storage ?? AlignedBuffer(count: places.count)
    precondition(self.storage.count == places.count, "memory of another tensor-parallel group")
  }

  private init(_ group: TensorParallelGroup, member: Int, memberCount: Int) {
    (all, places) = (group.all, group.places)
    blocks = all.share(of: member, among: memberCount)
    self.member = member
    storage = AlignedBuffer(count: group.storage.count)
  }

  /// The group as another member sees it, with memory of its own: for working out again what that member did.
  package func replica(of member: Int, among memberCount: Int) -> TensorParallelGroup {
    TensorParallelGroup(self, member: member, memberCount: memberCount)
  }

  /// Takes up what the members of `other`, the same group elsewhere, have left in its memory.
  package func takeMemory(of other: TensorParallelGroup) {
    storage.base.update(from: other.storage.base, count: storage.count)
  }

  /// A digest of what is in the memory.
  package var memoryDigest: UInt64 { storage.digest }

  /// Elements of the memory that members share.
  package static func storageCount(shape: ModelShape, blocks: FeatureBlocks, maximumRows: Int) -> Int {
    Places(shape: shape, blocks: blocks, maximumRows: maximumRows).count
  }

  /// The most rows that the group's memory has room for.
  package var maximumRows: Int { places.maximumRows }
  /// This member's features.
  package var features: Range<Int> { all.features(of: blocks) }

  /// A block's part of U, [rows, K]; the parts add up to U.
  func latentPart(_ block: Int, _ rows: Range<Int>) -> MatrixView<Scalar> {
    view(block * places.latentCount, rows, places.latentWidth)
  }

  /// A block's part of the gradient of the last layer's input, [rows, H]; the parts add up.
  func topGradientPart(_ block: Int, _ rows: Range<Int>) -> MatrixView<Scalar> {
    view(all.count * places.latentCount + block * places.topCount, rows, places.topWidth)
  }

  /// The last layer's input, [rows, H], each row written by the member that has it.
  func top(_ rows: Range<Int>) -> MatrixView<Scalar> { view(places.topOffset, rows, places.topWidth) }

  /// The gradient of U, [rows, K], each row written by the member that has it.
  func latentGradient(_ rows: Range<Int>) -> MatrixView<Scalar> {
    view(places.topOffset + places.topCount, rows, places.latentWidth)
  }

  /// The blocks' softmax statistics, `softmaxStride` from one block's to the next: for each selector the largest
  /// value, then for each the sum.
  var softmaxParts: UnsafeMutablePointer<Scalar> { storage.base + places.softmaxOffset }
  /// Elements from one block's statistics to the next one's.
  var softmaxStride: Int { places.softmaxStride }

  /// A block's part of each selector's sum of gradient times selection, [K].
  func dots(_ block: Int) -> UnsafeMutablePointer<Scalar> {
    softmaxParts + block * places.softmaxStride + 2 * places.latentWidth
  }

  /// The blocks' parts added up in their order: in place of the first one's, if there is but that.
  func sum(
    _ part: (Int) -> MatrixView<Scalar>, into target: MatrixView<Scalar>
  ) -> MatrixView<Scalar> {
    guard all.areDivided else { return part(0) }
    target.base.update(from: part(0).base, count: target.count)
    for block in 1..<all.count {
      Scalar.addScaled(x: target.base, y: part(block).base, count: target.count, scale: 1)
    }
    return target
  }

  private func view(_ start: Int, _ rows: Range<Int>, _ width: Int) -> MatrixView<Scalar> {
    MatrixView(storage.base + start + rows.lowerBound * width, rows: rows.count, columns: width)
  }
}
