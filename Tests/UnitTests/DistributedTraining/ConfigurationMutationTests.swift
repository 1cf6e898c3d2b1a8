import ConfigurationYAML
import Foundation
import RunSettings
import Testing

@Suite("Mutated configurations")
struct ConfigurationMutationTests {
  @Test("are read, or refused with their path")
  func mutations() throws {
    let directory = try TemporaryDirectory()
    let corpus = [RunConfiguration(), try SettingTests.changed()].map {
      Array(ConfigurationFile.text(of: $0).utf8)
    }
    let pieces = [
      "[", "]", "{", "}", "- ", ": ", "&a ", "*a", "!!int ", "|\n", "'", "\"\\x", "\n---\n", "#", "~", "\t",
      "\0", "1e999",
    ].map { Array($0.utf8) }
    var generator = FixedGenerator(seed: 23 &+ Mutations.seed)
    let readers: [(String) throws -> ConfigurationFile] = [
      { try ConfigurationFile(yamlAt: $0) }, { try ConfigurationFile(path: $0) },
    ]
    var outcomes: [String: Int] = [:]
    for number in 0..<Mutations.count {
      var bytes = Mutations.mutated(corpus.randomElement(using: &generator)!, using: &generator)
      let place = Int.random(in: 0...bytes.count, using: &generator)
      bytes.insert(contentsOf: pieces.randomElement(using: &generator)!, at: place)
      let path = Mutations.write(bytes, to: directory.file("mutated.yaml"))
      for (index, reader) in readers.enumerated() {
        do {
          var configuration = RunConfiguration()
          try reader(path).apply(to: &configuration)
          outcomes["\(index): read", default: 0] += 1
        } catch {
          #expect("\(error)".contains(path), "mutation \(number): \(error)")
          outcomes["\(index): refused", default: 0] += 1
        }
      }
    }
    #expect(outcomes.count == 4, "\(outcomes)")
  }

  @Test(
    "that nest without end, or repeat themselves without end, are refused", arguments: [100_000, 1_000_000])
  func nesting(depth: Int) throws {
    let column = (0..<min(depth, 4_000)).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    for text in ["k: " + String(repeating: "[", count: depth), String(repeating: "- ", count: depth), column]
    {
      #expect(throws: ConfigurationFileError.self) { try ConfigurationFile(yaml: text, path: "x") }
    }
    let doubled = (1...40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
    #expect(throws: ConfigurationFileError.self) {
      try ConfigurationFile(yaml: "a0: &a0 [1]\n" + doubled, path: "x")
    }
  }
}
