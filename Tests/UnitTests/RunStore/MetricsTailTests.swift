import Foundation
import RunStore
import Testing

@Suite struct MetricsTailTests {
  private func bytes(_ steps: Int...) -> [UInt8] {
    Array(steps.map { RunProgressTests.line(step: $0, epoch: 1) + "\n" }.joined().utf8)
  }

  @Test("lines come once, whole ones alone, and again from the start where the file was replaced")
  func follows() throws {
    let folder = try TemporaryDirectory()
    let tail = MetricsTail(path: folder.file("metrics.jsonl"))
    #expect(tail.read().records.isEmpty)
    func append(_ bytes: some Sequence<UInt8>) throws {
      let path = folder.file("metrics.jsonl")
      let before = FileManager.default.contents(atPath: path) ?? Data()
      if before.isEmpty { try Data().write(to: URL(fileURLWithPath: path)) }
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(bytes))
    }
    let whole = bytes(10, 20)
    try append(whole.prefix(whole.count - 30))
    #expect(tail.read().records.map(\.step) == [10])
    #expect(tail.read().records.isEmpty)
    try append(whole.suffix(30))
    let rest = tail.read()
    #expect(rest.records.map(\.step) == [20] && !rest.isAnew)
    // As a run that goes on does: another file under the name.
    try Data(bytes(10, 15)).write(to: URL(fileURLWithPath: folder.file("new")))
    #expect(rename(folder.file("new"), folder.file("metrics.jsonl")) == 0)
    let anew = tail.read()
    #expect(anew.isAnew && anew.records.map(\.step) == [10, 15])
  }
}
