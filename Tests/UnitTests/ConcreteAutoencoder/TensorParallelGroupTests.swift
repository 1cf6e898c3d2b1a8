import ConcreteAutoencoder
import LinearAlgebra
import Testing

/// Slices of features, and what members of a tensor-parallel group work out together.
@Suite struct TensorParallelGroupTests {
  @Test(
    "slices cover all features once, in order, and none has much more than its share",
    arguments: [1, 5, 13, 45, 784, 10_463], [1, 2, 3, 8, 64])
  func slices(featureCount: Int, memberCount: Int) {
    let slices = TensorParallelGroup<Float>.slices(featureCount: featureCount, memberCount: memberCount)
    #expect(slices.count == memberCount)
    #expect(slices.flatMap { Array($0) } == Array(0..<featureCount))
    let share = Double(featureCount) / Double(memberCount)
    for slice in slices { #expect(Double(slice.count) <= max(share * (1 + 1 / 32.0), share.rounded(.up))) }
  }

  @Test("slices begin on cache lines where there are features enough")
  func alignment() {
    for slice in TensorParallelGroup<Float>.slices(featureCount: 10_463, memberCount: 2) {
      #expect(slice.lowerBound.isMultiple(of: 16))
    }
  }
}
