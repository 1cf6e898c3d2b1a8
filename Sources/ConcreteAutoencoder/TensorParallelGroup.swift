import LinearAlgebra

/// Workers on the same rows, each with a slice of the features, and the memory in which they leave each other what a
/// step needs.
///
/// A member has its features' columns of the rows, of the selection matrix and of the decoder's last layer; the
/// hidden layers between them are worked out by each member for rows of its own. So activations, [rows, K] and
/// [rows, H], pass between members instead of parameters and gradients (tensor parallelism: Shoeybi et al. 2019,
/// arXiv 1909.08053).
package struct TensorParallelGroup<Scalar: Real> {
  /// The features of each member; together all, in order.
  package let slices: [Range<Int>]
  /// Which member this is.
  package let member: Int

  private let places: Places
  private let storage: AlignedBuffer<Scalar>

  /// Where things lie in the memory of a tensor-parallel group.
  private struct Places {
    let maximumRows: Int
    let latentWidth: Int
    let topWidth: Int
    let memberCount: Int

    var latentCount: Int { AlignedBuffer<Scalar>.aligned(maximumRows * latentWidth) }
    var topCount: Int { AlignedBuffer<Scalar>.aligned(maximumRows * topWidth) }
    /// A softmax's largest values and sums, and later the sums that its gradient needs.
    var softmaxStride: Int { AlignedBuffer<Scalar>.aligned(3 * latentWidth) }
    var softmaxOffset: Int { memberCount * (latentCount + topCount) }
    var topOffset: Int { softmaxOffset + memberCount * softmaxStride }
    var count: Int { memberCount == 1 ? 0 : topOffset + topCount + latentCount }

    init(shape: ModelShape, maximumRows: Int, memberCount: Int) {
      self.maximumRows = maximumRows
      self.memberCount = memberCount
      latentWidth = shape.selectorCount
      topWidth = shape.outputsAreFeatures ? shape.widths[shape.widths.count - 2] : 0
    }
  }

  /// A member of a tensor-parallel group over batches of at most `maximumRows` rows. `storage`, of `storageCount`
  /// elements, must be the same memory for all members; a group of one needs none.
  package init(
    shape: ModelShape, slices: [Range<Int>], member: Int, maximumRows: Int, storage: AlignedBuffer<Scalar>
  ) {
    self.slices = slices
    self.member = member
    self.storage = storage
    places = Places(shape: shape, maximumRows: maximumRows, memberCount: slices.count)
    precondition(storage.count == places.count, "memory of another tensor-parallel group")
  }

  private init(_ group: TensorParallelGroup, member: Int, storage: AlignedBuffer<Scalar>) {
    (slices, places) = (group.slices, group.places)
    (self.member, self.storage) = (member, storage)
  }

  /// The group as another member sees it, with memory of its own: for working out again what that member did.
  package func replica(of member: Int) -> TensorParallelGroup {
    TensorParallelGroup(self, member: member, storage: AlignedBuffer(count: storage.count))
  }

  /// Takes up what the members of `other`, the same group elsewhere, have left in its memory.
  package func takeMemory(of other: TensorParallelGroup) {
    storage.base.update(from: other.storage.base, count: storage.count)
  }

  /// A digest of what is in the memory.
  package var memoryDigest: UInt64 { storage.digest }

  /// One worker with all features.
  package static func alone(shape: ModelShape) -> TensorParallelGroup {
    TensorParallelGroup(
      shape: shape, slices: [0..<shape.featureCount], member: 0, maximumRows: 0,
      storage: AlignedBuffer(count: 0))
  }

  /// Slices that begin on cache lines, or closer where that would leave them uneven by more than one part in 32.
  package static func slices(featureCount: Int, memberCount: Int) -> [Range<Int>] {
    var unit = AlignedBuffer<Scalar>.aligned(1)
    while unit > 1 && featureCount < 32 * unit * memberCount { unit /= 2 }
    let units = (featureCount + unit - 1) / unit
    let bounds = (0...memberCount).map { min(featureCount, units * $0 / memberCount * unit) }
    return (0..<memberCount).map { bounds[$0]..<bounds[$0 + 1] }
  }

  /// Elements of the memory that members share.
  package static func storageCount(shape: ModelShape, memberCount: Int, maximumRows: Int) -> Int {
    Places(shape: shape, maximumRows: maximumRows, memberCount: memberCount).count
  }

  /// The most rows that the group's memory has room for; a group of one needs no room.
  var maximumRows: Int { isAlone ? .max : places.maximumRows }
  /// This member's features.
  package var features: Range<Int> { slices[member] }
  /// Whether there is no other member.
  package var isAlone: Bool { slices.count == 1 }

  /// A member's features' part of U, [rows, K]; the parts add up to U.
  func latentPart(_ member: Int, rows: Int) -> MatrixView<Scalar> {
    MatrixView(storage.base + member * places.latentCount, rows: rows, columns: places.latentWidth)
  }

  /// A member's features' part of the gradient of the last layer's input, [rows, H]; the parts add up.
  func topGradientPart(_ member: Int, rows: Int) -> MatrixView<Scalar> {
    let start = places.memberCount * places.latentCount + member * places.topCount
    return MatrixView(storage.base + start, rows: rows, columns: places.topWidth)
  }

  /// The last layer's input, [rows, H], each row written by the member that has it.
  func top(rows: Int) -> MatrixView<Scalar> {
    MatrixView(storage.base + places.topOffset, rows: rows, columns: places.topWidth)
  }

  /// The gradient of U, [rows, K], each row written by the member that has it.
  func latentGradient(rows: Int) -> MatrixView<Scalar> {
    MatrixView(
      storage.base + places.topOffset + places.topCount, rows: rows, columns: places.latentWidth)
  }

  /// The members' softmax statistics, `softmaxStride` from one member's to the next: for each selector the largest
  /// value, then for each the sum.
  var softmaxParts: UnsafeMutablePointer<Scalar> { storage.base + places.softmaxOffset }
  /// Elements from one member's statistics to the next one's.
  var softmaxStride: Int { places.softmaxStride }

  /// A member's part of each selector's sum of gradient times selection, [K].
  func dots(_ member: Int) -> UnsafeMutablePointer<Scalar> {
    softmaxParts + member * places.softmaxStride + 2 * places.latentWidth
  }

  /// target = the sum of the members' parts in rows `rows`, which are all that `target` has.
  func sum(
    _ part: (Int) -> MatrixView<Scalar>, rows: Range<Int>, into target: MatrixView<Scalar>
  ) {
    target.base.update(from: part(0).row(rows.lowerBound), count: target.count)
    for member in 1..<slices.count {
      Scalar.addScaled(
        x: target.base, y: part(member).row(rows.lowerBound), count: target.count, scale: 1)
    }
  }
}
