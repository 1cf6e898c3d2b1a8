import Foundation
import ProcessSupport
import Testing

/// Files from elsewhere: what a data set, a checkpoint or a model could try, as docs/security.md lists it.
struct SafetyTests {
  /// Runs `train` on a file within 2 GB of address space, and expects code 3 and a text.
  private func refused(_ workspace: Workspace, _ file: String, saying text: String) throws {
    let result = try workspace.cae(["train", "--data", file, "-k", "2", "--run-dir", "new", "--workers", "1"])
    #expect(result.ending == .exited(3), "\(result)")
    #expect(result.errorOutput.contains(text), "\(result)")
  }

  @Test("An array of IDX that unpacks to hundreds of times its size is refused before memory is taken for it")
  func packedArray() throws {
    let workspace = try Workspace()
    // gzip of stored blocks whose header asks for 400 times what is there.
    var bytes = Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])
    var content = Data([0, 0, 8, 3])
    for size in [100_000, 32, 32] {
      withUnsafeBytes(of: UInt32(size).bigEndian) { content.append(contentsOf: $0) }
    }
    content.append(Data(count: 5 * 65_535 - content.count))
    for block in 0..<5 {
      bytes.append(contentsOf: [0, 0xff, 0xff, 0, 0])
      bytes.append(content[block * 65_535..<(block + 1) * 65_535])
    }
    try workspace.write(bytes, to: "bomb.gz")
    try refused(workspace, "bomb.gz", saying: "unpack to 102400016, 312 times as many")
  }

  @Test("A line of more fields than any table has columns is refused")
  func wideLine() throws {
    let workspace = try Workspace()
    try workspace.write(
      Data(repeating: UInt8(ascii: ","), count: 3 << 20) + Data("\n1\n".utf8), to: "wide.csv")
    try refused(workspace, "wide.csv", saying: "more than 2097152 columns")
  }

  @Test("What the cache beside data says is in other directories is neither read nor removed")
  func cacheLeadsAway() throws {
    let workspace = try Workspace()
    try workspace.write("a,b\n" + (0..<60).map { "\($0),\($0 * 7 % 11)\n" }.joined(), to: "t.csv")
    try workspace.write("keep", to: "victim")
    let training = [
      "train", "--data", "t.csv", "-k", "1", "--epochs", "60", "--run-dir", "new", "--cache", "cache",
      "--batch-size", "16",
      "--snapshot-epochs", "none",
    ]
    #expect(try workspace.cae(training).ending == .exited(0))
    let sidecar = try #require(try workspace.names(in: "cache").first { $0.hasSuffix(".json") })
    let text = try workspace.text("cache/\(sidecar)")
    let data = try #require(try workspace.names(in: "cache").first { $0.hasSuffix(".npy") })
    try workspace.write(
      text.replacing("\"data\":\"\(data)\"", with: "\"data\":\"../victim\""), to: "cache/\(sidecar)")
    #expect(try workspace.text("cache/\(sidecar)") != text)
    try workspace.write("a,b\n" + (0..<60).map { "\($0),\($0 * 5 % 11)\n" }.joined(), to: "t.csv")
    try workspace.remove("new")
    #expect(try workspace.cae(training).ending == .exited(0))
    #expect(try workspace.text("victim") == "keep")
  }

  @Test("No file of a run directory is written through a symbolic link")
  func links() throws {
    let workspace = try Workspace.withFinishedRun()
    try workspace.write("keep", to: "victim")
    for name in [
      "lock", "metrics.jsonl", "config.yaml", "model.safetensors", "result.json", "selected.csv",
      "report.html",
    ] {
      let path = workspace.path("run/\(name)")
      try? FileManager.default.removeItem(atPath: path)
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "../victim")
      let result = try workspace.cae(["train", "--resume", "--run-dir", "run"])
      #expect(result.ending == .exited(name == "lock" ? 5 : 0), "\(name): \(result)")
      #expect(try workspace.text("victim") == "keep", "\(name)")
      if name == "lock" { try FileManager.default.removeItem(atPath: path) }
    }
  }

  @Test("Names of features and files are text in the report, never markup")
  func markup() throws {
    let workspace = try Workspace()
    let evil = "<script>alert(1)</script>"
    let rows = (0..<90).map { "\($0),\($0 * 7 % 11),\($0 * 5 % 13)\n" }.joined()
    try workspace.write("\(evil),\"\"\"><img src=x>\",c\n" + rows, to: "<b>t.csv")
    let result = try workspace.cae([
      "train", "--data", "<b>t.csv", "-k", "2", "--epochs", "60", "--run-dir", "<i>run", "--cache", "cache",
      "--batch-size", "16",
    ])
    #expect(result.ending == .exited(0), "\(result)")
    let page = try workspace.text("<i>run/report.html")
    #expect(page.contains("&lt;script&gt;alert(1)"))
    for tag in [evil, "<img src=x>", "<b>t", "<i>run"] { #expect(!page.contains(tag), "\(tag)") }
  }

  @Test("A table with infinities is refused by row and column by every command that uses it")
  func infinities() throws {
    let workspace = try Workspace()
    func table(_ value: String) -> String {
      "a,b,c\n" + (0..<90).map { "\($0 == 4 ? value : "\($0)"),\($0 * 7 % 11),\($0 * 5 % 13)\n" }.joined()
    }
    try workspace.write(table("4"), to: "t.csv")
    let made = try workspace.cae([
      "train", "--data", "t.csv", "-k", "2", "--epochs", "60", "--run-dir", "r", "--cache", "cache",
      "--batch-size", "16",
      "--keep", "a", "--search", "candidates",
    ])
    #expect(made.ending == .exited(0), "\(made)")
    try workspace.write(table("inf"), to: "bad.csv")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (90, 3), }"
    header += String(repeating: " ", count: 117 - header.count) + "\n"
    var npy = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]) + Data(header.utf8)
    for row in 0..<90 {
      for value in [row == 4 ? Float.infinity : Float(row), Float(row * 7 % 11), Float(row * 5 % 13)] {
        withUnsafeBytes(of: value) { npy.append(contentsOf: $0) }
      }
    }
    try workspace.write(npy, to: "bad.npy")
    for (file, place) in [("bad.csv", "line 6, column 1 ('a')"), ("bad.npy", "row 5")] {
      for command in [
        ["transform", "r", "--input", file, "--output", "o.csv"],
        ["impute", "r", "--input", file, "--output", "o.csv"],
        ["evaluate", "r", "--data", file],
      ] {
        let result = try workspace.cae(
          command + (file == "bad.csv" && command[0] == "evaluate" ? ["--cache", "cache"] : []))
        #expect(result.ending == .exited(3), "\(result)")
        #expect(result.errorOutput.contains(place) && result.errorOutput.contains(file), "\(result)")
        #expect(!FileManager.default.fileExists(atPath: workspace.path("o.csv")))
      }
    }
  }
}
