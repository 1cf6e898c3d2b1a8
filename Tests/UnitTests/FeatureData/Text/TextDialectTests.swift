import Tables
import Testing

@Suite("Tables of text: dialects")
struct TextDialectTests {
  @Test("what a program writes is read as it was meant", arguments: TextDialectCase.all)
  func dialect(_ one: TextDialectCase) throws {
    let table = try TextTable(one.bytes, options: one.options, columns: one.columns)
    #expect(table.features == one.names)
    #expect(Self.text(table.rows) == Self.text(one.rows))
    #expect(table.ids == one.ids)
    #expect(table.labels == one.labels)
    for word in one.says { #expect(table.notes.contains { $0.contains(word) }, "\(word) in \(table.notes)") }
  }

  @Test("pieces and blocks of any size give the same", arguments: TextDialectCase.all)
  func boundaries(_ one: TextDialectCase) throws {
    for size in 1...64 {
      for (piece, block) in [(size, 1 << 20), (1 << 16, size), (3, size)] {
        let table = try TextTable(
          one.bytes, options: one.options, columns: one.columns, pieceSize: piece, blockSize: block)
        #expect(Self.text(table.rows) == Self.text(one.rows), "pieces of \(piece), blocks of \(block)")
        #expect(table.ids == one.ids)
        #expect(table.labels == one.labels)
      }
    }
  }

  /// NaN is not equal to itself, and zeros of both signs are.
  private static func text(_ rows: [[Float]]) -> String { "\(rows)" }
}
