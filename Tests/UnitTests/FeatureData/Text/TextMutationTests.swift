import Tables
import Testing

@Suite("Tables of text: mutations")
struct TextMutationTests {

  @Test("mutated tables are read or refused with a reason, whatever the blocks")
  func mutations() throws {
    var generator = FixedGenerator(seed: 11 &+ Mutations.seed)
    let corpus = TextDialectCase.all
    let pieces = [
      ",", ";", "\t", " ", "\n", "\r", "\"", "\"\"", "1", "-", "e", ".", "NA", "\0", "\u{e9}", "1e39",
      "sep=;\n",
    ]
    for number in 0..<Mutations.count {
      let one = corpus.randomElement(using: &generator)!
      var bytes = one.bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes.insert(contentsOf: Array(pieces.randomElement(using: &generator)!.utf8), at: place)
        case 1: if place < bytes.count { bytes.remove(at: place) }
        case 2: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
        case 3: bytes.removeLast(bytes.count - place)
        default:
          let end = Int.random(in: place...bytes.count, using: &generator)
          bytes.insert(contentsOf: bytes[place..<end], at: place)
        }
      }
      let whole = Self.outcome(bytes, one, blockSize: 1 << 20)
      let parts = Self.outcome(bytes, one, blockSize: Int.random(in: 1...20, using: &generator))
      #expect(
        whole == parts, "mutation \(number): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
      #expect(!whole.hasPrefix("?"), "mutation \(number): \(whole)")
    }
  }

  private static func outcome(_ bytes: [UInt8], _ one: TextDialectCase, blockSize: Int) -> String {
    do {
      let table = try TextTable(bytes, options: one.options, columns: one.columns, blockSize: blockSize)
      return "\(table.rows) \(table.ids) \(table.labels)"
    } catch let error as TextTableError {
      let needsLine: Bool =
        switch error.problem {
        case .blank, .notText, .noRows: false
        default: true
        }
      return needsLine && error.line == nil ? "? \(error)" : "\(error)"
    } catch let error as ColumnChoiceError {
      return "\(error)"
    } catch { return "? \(error)" }
  }
}
