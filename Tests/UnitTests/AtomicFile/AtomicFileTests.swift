import AtomicFile
import Foundation
import Testing

@Suite("Files: whole or as before")
struct AtomicFileTests {
  static let sizes = [0, 1, 4096, 1_000_003]

  /// Bytes that differ from place to place.
  static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151) } }

  @Test("every byte arrives, and nothing lies beside the file", arguments: sizes)
  func keepsEveryByte(count: Int) throws {
    let directory = try TemporaryDirectory()
    try AtomicFile.write(Self.bytes(count), to: directory.file("f"))
    #expect(try contents(of: directory.file("f")) == Self.bytes(count))
    #expect(try directory.names == ["f"])
  }

  @Test("pieces follow each other, empty ones too")
  func appends() throws {
    let directory = try TemporaryDirectory()
    try AtomicFile.write(to: directory.file("f")) { file in
      for piece in [[1, 2], [], [3], []] as [[UInt8]] { try piece.withUnsafeBytes { try file.append($0) } }
      try file.append(UnsafeRawBufferPointer(start: nil, count: 0))
    }
    #expect(try contents(of: directory.file("f")) == [1, 2, 3])
  }

  @Test("text is UTF-8")
  func writesText() throws {
    let directory = try TemporaryDirectory()
    try AtomicFile.write("K = 20 \u{2192} \u{e4}\n", to: directory.file("f"))
    #expect(try contents(of: directory.file("f")) == Array("K = 20 \u{2192} \u{e4}\n".utf8))
  }

  @Test("under its name only after commit, hidden until then")
  func appearsWithCommit() throws {
    let directory = try TemporaryDirectory()
    let file = try AtomicFile(directory.file("f"))
    try [7 as UInt8].withUnsafeBytes { try file.append($0) }
    let pending = try directory.names
    #expect(pending.count == 1)
    #expect(pending.allSatisfy { $0.hasPrefix(".") && $0.contains("-\(getpid())-") }, "\(pending)")
    try file.commit()
    #expect(try directory.names == ["f"])
    #expect(try contents(of: directory.file("f")) == [7])
  }

  @Test("released without commit it leaves nothing, and what was there stays")
  func leavesNothingWithoutCommit() throws {
    let directory = try TemporaryDirectory()
    try directory.write([42], as: "f")
    do {
      let file = try AtomicFile(directory.file("f"))
      try [7 as UInt8].withUnsafeBytes { try file.append($0) }
      #expect(try directory.names.count == 2)
      withExtendedLifetime(file) {}
    }
    #expect(try directory.names == ["f"])
    #expect(try contents(of: directory.file("f")) == [42])
  }

  @Test("an error while the contents are made leaves what was there")
  func failingBody() throws {
    struct Broken: Error {}
    let directory = try TemporaryDirectory()
    try directory.write([42], as: "f")
    #expect(throws: Broken.self) {
      try AtomicFile.write(to: directory.file("f")) { file in
        try Self.bytes(100_000).withUnsafeBytes { try file.append($0) }
        throw Broken()
      }
    }
    #expect(try directory.names == ["f"])
    #expect(try contents(of: directory.file("f")) == [42])
  }

  @Test("a longer file is replaced; who had it open still reads the old one")
  func replaces() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Self.bytes(5000), as: "f")
    let old = try #require(FileHandle(forReadingAtPath: directory.file("f")))
    try AtomicFile.write([1, 2, 3] as [UInt8], to: directory.file("f"))
    #expect(try contents(of: directory.file("f")) == [1, 2, 3])
    #expect(try old.readToEnd().map(Array.init) == Self.bytes(5000))
    #expect(try directory.names == ["f"])
  }

  @Test("two unfinished files of one name do not meet; the last commit stays")
  func twoAtOnce() throws {
    let directory = try TemporaryDirectory()
    let files = try (1...2).map { _ in try AtomicFile(directory.file("f")) }
    for (index, file) in files.enumerated() {
      try [UInt8(index)].withUnsafeBytes { try file.append($0) }
    }
    #expect(try directory.names.count == 2)
    try files[1].commit()
    #expect(try contents(of: directory.file("f")) == [1])
    try files[0].commit()
    #expect(try contents(of: directory.file("f")) == [0])
    #expect(try directory.names == ["f"])
  }

  @Test("the longest name a file can have is written")
  func longestName() throws {
    let directory = try TemporaryDirectory()
    let name = String(repeating: "n", count: 255)
    try AtomicFile.write("x", to: directory.file(name))
    #expect(try directory.names == [name])
  }

  @Test("a new file gets the permissions of any new file")
  func permissions() throws {
    let directory = try TemporaryDirectory()
    try AtomicFile.write("x", to: directory.file("f"))
    var (status, plain) = (stat(), stat())
    #expect(stat(directory.file("f"), &status) == 0)
    let descriptor = open(directory.file("plain"), O_WRONLY | O_CREAT, 0o666)
    defer { close(descriptor) }
    #expect(fstat(descriptor, &plain) == 0)
    #expect(status.st_mode == plain.st_mode)
  }
}
