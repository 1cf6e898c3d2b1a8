import ConcreteAutoencoder
import ConfigurationYAML
import Foundation
import RunSettings
import Testing
import Yams

@Suite struct ConfigurationFileTests {
  @Test("a configuration comes back whole from what is stored, also by YAML")
  func whole() throws {
    for configuration in [RunConfiguration(), Recipe.report.configuration, try SettingTests.changed()] {
      let text = ConfigurationFile.text(of: configuration)
      #expect(try ConfigurationFile(text: text, path: "x").wholeConfiguration() == configuration)
      #expect(try ConfigurationFile(yaml: text, path: "x").wholeConfiguration() == configuration)
    }
  }

  static let values = [
    "", "run", "with space", " leading", "trailing ", "a: b", "#x", "x #y", "- x", "[x]", "{x: y}", "'", "\"",
    "''", "it's", "'quoted'", "\"quoted\"", "a 'b' \"c\"", "~", "null", "true", "12", "0x1", "1e3", "*x",
    "&x", "!x",
    "%x", "@x", "`x`", "|", ">", "ä€漢🎲", "\u{301}x", "x\u{301}", "tab\there", "two\nlines", "two\n\n lines",
    "\nfirst",
    "last\n", "\n", "back\\slash", "end\\", "a,b", "2026-01-01", "---", "...", "?", "=", "<<", "\u{2028}",
    "\u{85}",
    "x\u{feff}", "\0", "\u{1b}[1m", "\u{7f}", "\r", "\r\n", "Gene (a.u.), 3'-end", "C:\\data\\new",
    String(repeating: "many words ", count: 30) + "end", String(repeating: "it's \\ \"so\" ", count: 30),
    String(repeating: "two\nlines  and more ", count: 12), String(repeating: "ä\u{7}  ü ", count: 40),
  ]

  @Test("any value comes back from what is stored, also by YAML", arguments: values)
  func value(_ value: String) throws {
    var configuration = RunConfiguration()
    configuration.data.path = value
    configuration.output.runDirectory = value
    let text = ConfigurationFile.text(of: configuration)
    #expect(try ConfigurationFile(text: text, path: "x").wholeConfiguration() == configuration, "\(text)")
    #expect(try ConfigurationFile(yaml: text, path: "x").wholeConfiguration() == configuration, "\(text)")
  }

  @Test("values of earlier versions, which a YAML library wrote, are read", arguments: values)
  func earlier(_ value: String) throws {
    let pairs = [("data", value), ("k", "7"), ("run-dir", value)].map {
      (Node($0.0), Node($0.1, Tag(.implicit)))
    }
    let text = try Yams.serialize(node: Node(pairs, .implicit))
    let read = try ConfigurationFile(text: text, path: "x")
    #expect(read.entries.map(\.text) == [value, "7", value], "\(text)")
    #expect(read.entries.map(\.setting.name) == ["data", "k", "run-dir"])
  }

  @Test("options of earlier versions that decided on speed and last digits alone are passed over")
  func retired() throws {
    let text = "reduction: fast\nk: 7\nthreads: 2\n"
    for read in [try ConfigurationFile(text: text, path: "x"), try ConfigurationFile(yaml: text, path: "x")] {
      #expect(read.entries.map(\.setting.name) == ["k"] && read.entries.map(\.text) == ["7"])
    }
    #expect(ConfigurationFile.retired.allSatisfy { Setting.named($0) == nil })
  }

  @Test("what is not in the stored form is refused with its line")
  func notStored() throws {
    for (text, line, says) in [
      ("k: 3\nno setting\n", 2, "one 'option: value' a line"), ("k: \"3", 1, "quotes"),
      ("k: '3'4'", 1, "quotes"),
      ("\n# x\nk: \"a\\q\"", 3, "quotes"), ("k: \"\\u12\"", 1, "quotes"),
      ("k: 1\nepoch: 3", 2, "did you mean 'epochs'"),
      ("k: '", 1, "quotes"), ("k: 1\n\nk: 2", 3, "(line 1)"),
    ] {
      let error = #expect(throws: ConfigurationFileError.self) {
        try ConfigurationFile(text: text, path: "some")
      }
      #expect(
        error?.line == line && error?.problem.contains(says) == true, "\(text): \(error?.description ?? "")")
    }
  }

  @Test("a partial file changes what it names and nothing else")
  func partial() throws {
    let text = """
      # a comment
      k: 12
      hidden: [30, 20]      # a sequence
      snapshot-epochs:
        - 1
        - 2
      "seed": 0o17
      """.replacingOccurrences(of: "0o17", with: "17")
    var configuration = RunConfiguration()
    let file = try ConfigurationFile(yaml: text, path: "x")
    try file.apply(to: &configuration)
    var expected = RunConfiguration()
    expected.selector.k = 12
    expected.decoder.hidden = [30, 20]
    expected.output.snapshotEpochs = [1, 2]
    expected.training.seed = 17
    #expect(configuration == expected)
    #expect(file.entries.map(\.line) == [2, 3, 4, 7])
  }

  @Test(
    "an empty file changes nothing", arguments: ["", "\n", "# only a comment\n", "---\n", "~", "null", "{}"])
  func empty(_ text: String) throws {
    var configuration = RunConfiguration()
    let file = try ConfigurationFile(yaml: text, path: "x")
    try file.apply(to: &configuration)
    #expect(configuration == RunConfiguration())
    #expect(try file.recipe() == nil)
  }

  @Test(
    "lists",
    arguments: [
      ("hidden: [200]", [200]), ("hidden: 200", [200]), ("hidden: []", []), ("hidden: none", []),
      ("hidden:", []), ("hidden: 200, 100", [200, 100]), ("hidden: \"3,4\"", [3, 4]),
    ])
  func lists(_ text: String, _ hidden: [Int]) throws {
    var configuration = RunConfiguration()
    try ConfigurationFile(yaml: text, path: "x").apply(to: &configuration)
    #expect(configuration.decoder.hidden == hidden)
  }

  /// A file that is not right, the line at fault and what is said.
  struct BadFile: Sendable, CustomTestStringConvertible {
    let text: String
    let line: Int?
    let says: String
    var testDescription: String { text }
    init(_ text: String, line: Int?, _ says: String) {
      self.text = text
      self.line = line
      self.says = says
    }
  }

  static let badFiles = [
    BadFile("k: 3\nepoch: 4", line: 2, "unknown option 'epoch'; did you mean 'epochs'?"),
    BadFile("learning_rate: 0.1", line: 1, "did you mean 'learning-rate'?"),
    BadFile("\n\nK: 3", line: 3, "did you mean 'k'?"),
    BadFile("something-else-entirely: 3", line: 1, "unknown option 'something-else-entirely'"),
    BadFile("12: 3", line: 1, "unknown option '12'"),
    BadFile("[1, 2]: 3", line: 1, "unknown option ''"),
    BadFile("seed: 1\nk: many", line: 2, "k: 'many' is not a whole number"),
    BadFile("k: 3.5", line: 1, "k: '3.5' is not a whole number"),
    BadFile("k:", line: 1, "k: '' is not a whole number"),
    BadFile("k: 99999999999999999999", line: 1, "is not a whole number"),
    BadFile("seed: -1", line: 1, "seed: '-1' is not a whole number of at least 0"),
    BadFile("dropout: high", line: 1, "dropout: 'high' is not a number"),
    BadFile("\nhard: yes", line: 2, "hard: 'yes' is not true or false"),
    BadFile("anneal: cosine", line: 1, "anneal: 'cosine' is not one of exponential, linear"),
    BadFile("recipe: best", line: 1, "recipe: 'best' is not one of default, report"),
    BadFile("hidden: [200, x]", line: 1, "hidden: '200,x' is not whole numbers"),
    BadFile("hidden: 2 0", line: 1, "hidden: '2 0' is not whole numbers"),
    BadFile("hidden: 2,,3", line: 1, "is not whole numbers"),
    BadFile("k: 3\nhidden: [[1, 2], 3]", line: 2, "hidden: must be whole numbers"),
    BadFile("hidden: [1, '']", line: 1, "hidden: must be whole numbers"),
    BadFile("hidden: {a: 1}", line: 1, "hidden: must be whole numbers"),
    BadFile("k: [3]", line: 1, "k: must be a whole number"),
    BadFile("label: [a, b]", line: 1, "label: must be text"),
    BadFile("model:\n  k: 3", line: 1, "unknown option 'model'"),
    BadFile("k:\n  k: 3", line: 2, "k: must be a whole number"),
    BadFile("- k: 3", line: 1, "must be a mapping"),
    BadFile("just text", line: 1, "must be a mapping"),
    BadFile("k: 3\nk: 4", line: 2, "'k' is given before already (line 1)"),
    BadFile("k: [3", line: 2, "is not YAML"),
    BadFile("k: *missing", line: 1, "is not YAML"),
    BadFile("\tk: 3", line: 1, "is not YAML"),
  ]

  @Test("a wrong file is a typed error with path, line and what is wrong", arguments: badFiles)
  func badFile(_ bad: BadFile) throws {
    let error = #expect(throws: ConfigurationFileError.self) {
      let file = try ConfigurationFile(yaml: bad.text, path: "some.yaml")
      _ = try file.recipe()
      _ = try file.wholeConfiguration()
    }
    #expect(error?.line == bad.line)
    #expect(error?.problem.contains(bad.says) == true, "\(error?.problem ?? "")")
    #expect(error?.description.hasPrefix("some.yaml\(bad.line.map { ":\($0)" } ?? ""): ") == true)
  }

  @Test("a file that cannot be read is named")
  func unreadable() throws {
    let folder = try TemporaryDirectory()
    let binary = try folder.write([0xff, 0xfe, 0x00], as: "binary.yaml")
    for path in [folder.file("missing.yaml"), folder.path, binary] {
      let error = #expect(throws: ConfigurationFileError.self) { try ConfigurationFile(yamlAt: path) }
      #expect(error?.path == path && error?.line == nil)
    }
  }
}
