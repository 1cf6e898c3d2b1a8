import Foundation
import Tables
import Testing

@Suite struct IDXWriterTests {
  @Test func writesTheFormat() throws {
    let directory = try TemporaryDirectory()
    try IDXWriter(path: directory.file("f"), dimensions: [2, 1, 3], bytes: [1, 2, 3, 4, 5, 6]).commit()
    #expect(
      try contents(of: directory.file("f")) == [
        0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6,
      ])
    #expect(try directory.names == ["f"])
  }

  @Test func leavesNothingWithoutCommit() throws {
    let directory = try TemporaryDirectory()
    try directory.write([42], as: "f")
    do {
      let writer = try IDXWriter(path: directory.file("f"), dimensions: [1], bytes: [7])
      #expect(try directory.names.count == 2)
      withExtendedLifetime(writer) {}
    }
    #expect(try directory.names == ["f"])
    #expect(try contents(of: directory.file("f")) == [42])
  }

  @Test func refusesWhereItCannotWrite() throws {
    let directory = try TemporaryDirectory()
    try directory.write([42], as: "f")
    try FileManager.default.createDirectory(atPath: directory.file("d"), withIntermediateDirectories: true)
    for name in ["none/f", "f/g", "d"] {
      let path = directory.file(name)
      let text = try #require(
        message { try IDXWriter(path: path, dimensions: [1], bytes: [7]).commit() })
      #expect(text.contains(path) && text.hasPrefix("cannot "))
    }
    #expect(try directory.names == ["d", "f"])
    #expect(try contents(of: directory.file("f")) == [42])
  }
}
