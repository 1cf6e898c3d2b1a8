import LinearAlgebra
import Testing

@Suite struct ColumnSliceTests {
  @Test(
    "changes reach the matrix when they are published, and no other columns",
    arguments: [(12, 3..<7), (12, 0..<12), (5000, 100..<3000), (12, 4..<4)])
  func publish(columns: Int, slice: Range<Int>) {
    let storage = AlignedBuffer<Float>(count: 3 * columns)
    for index in 0..<storage.count { storage.base[index] = Float(index) }
    let slices = ColumnSlice(of: MatrixView(storage.base, rows: 3, columns: columns), columns: slice)
    slices.take()
    for row in 0..<3 {
      for column in 0..<slice.count {
        #expect(slices.row(row)[column] == Float(row * columns + slice.lowerBound + column))
        slices.row(row)[column] += 0.5
      }
    }
    slices.publish()
    for row in 0..<3 {
      for column in 0..<columns {
        let change: Float = slice.contains(column) ? 0.5 : 0
        #expect(storage.base[row * columns + column] == Float(row * columns + column) + change)
      }
    }
  }
}
