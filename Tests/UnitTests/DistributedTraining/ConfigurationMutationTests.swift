import Foundation
import RunSettings
import Testing

@Suite("Mutated configurations")
struct ConfigurationMutationTests {
  @Test("are read, or refused with their path")
  func mutations() throws {
    let directory = try TemporaryDirectory()
    let corpus = try [RunConfiguration(), SettingTests.changed()].map {
      Array(try ConfigurationFile.text(of: $0).utf8)
    }
    let pieces = [
      "[", "]", "{", "}", "- ", ": ", "&a ", "*a", "!!int ", "|\n", "'", "\"\\x", "\n---\n", "#", "~", "\t",
      "\0", "1e999",
    ].map { Array($0.utf8) }
    var generator = FixedGenerator(seed: 23 &+ Mutations.seed)
    var outcomes: [Bool: Int] = [:]
    for number in 0..<Mutations.count {
      var bytes = Mutations.mutated(corpus.randomElement(using: &generator)!, using: &generator)
      let place = Int.random(in: 0...bytes.count, using: &generator)
      bytes.insert(contentsOf: pieces.randomElement(using: &generator)!, at: place)
      let path = Mutations.write(bytes, to: directory.file("mutated.yaml"))
      do {
        var configuration = RunConfiguration()
        try ConfigurationFile(path: path).apply(to: &configuration)
        outcomes[true, default: 0] += 1
      } catch {
        #expect("\(error)".contains(path), "mutation \(number): \(error)")
        outcomes[false, default: 0] += 1
      }
    }
    #expect(outcomes.count == 2, "\(outcomes)")
  }

  @Test(
    "that nest without end, or repeat themselves without end, are refused", arguments: [100_000, 1_000_000])
  func nesting(depth: Int) throws {
    let column = (0..<min(depth, 4_000)).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    for text in ["k: " + String(repeating: "[", count: depth), String(repeating: "- ", count: depth), column]
    {
      #expect(throws: ConfigurationFileError.self) { try ConfigurationFile(text: text, path: "x") }
    }
    let doubled = (1...40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
    #expect(throws: ConfigurationFileError.self) {
      try ConfigurationFile(text: "a0: &a0 [1]\n" + doubled, path: "x")
    }
  }
}
