import ConcreteAutoencoder
import Testing

/// How features are cut into blocks, and blocks divided.
@Suite struct FeatureBlocksTests {
  @Test(
    "blocks cover all features once, in order, and none has much more than its share",
    arguments: [5, 13, 45, 784, 10_463], [1, 2, 3, 5])
  func cover(featureCount: Int, count: Int) {
    let blocks = FeatureBlocks(featureCount: featureCount, count: count)
    #expect(blocks.count == count && blocks.areDivided == (count > 1))
    #expect((0..<count).flatMap { Array(blocks[$0]) } == Array(0..<featureCount))
    let share = Double(featureCount) / Double(count)
    for block in 0..<count {
      #expect(!blocks[block].isEmpty)
      #expect(Double(blocks[block].count) <= max(share * (1 + 1 / 32.0), share.rounded(.up)))
    }
  }

  @Test("blocks begin on cache lines where there are features enough")
  func alignment() {
    let blocks = FeatureBlocks(featureCount: 10_463, count: 4)
    for block in 0..<4 { #expect(blocks[block].lowerBound.isMultiple(of: 16)) }
  }

  @Test(
    "wide tables have several blocks, others one",
    arguments: [
      (1, 1), (784, 1), (4095, 1), (4096, 2), (8191, 2), (8192, 4), (10_463, 4), (20_000, 8), (1_000_000, 16),
    ])
  func usual(featureCount: Int, count: Int) {
    #expect(FeatureBlocks(featureCount: featureCount, isWhole: false).count == count)
    #expect(FeatureBlocks(featureCount: featureCount, isWhole: true).count == 1)
  }

  @Test("every block is one worker's, side by side", arguments: [1, 2, 3, 4, 5, 7, 8, 16, 40])
  func shares(workers: Int) {
    let blocks = FeatureBlocks(featureCount: 500, count: 8)
    let shares = (0..<workers).map { blocks.share(of: $0, among: workers) }
    #expect(shares.flatMap { Array($0) } == Array(0..<8))
    #expect(shares.flatMap { Array(blocks.features(of: $0)) } == Array(0..<500))
  }
}
