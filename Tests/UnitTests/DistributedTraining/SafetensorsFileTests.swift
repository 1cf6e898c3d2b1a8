import Foundation
import TensorFiles
import Testing

@Suite struct SafetensorsFileTests {
  /// Writes two tensors, [2, 3] and [5], and some metadata.
  static func writeSample(to path: String, metadata: [String: String] = ["note": "ä \"quoted\"\n/"]) throws {
    let first: [Float] = [1, -2.5, .infinity, .leastNonzeroMagnitude, -0.0, 6]
    let second: [Float] = [0.1, 0.2, 0.3, 0.4, 0.5]
    try first.withUnsafeBufferPointer { first in
      try second.withUnsafeBufferPointer { second in
        try SafetensorsFile.write(
          [
            TensorToStore(name: "b", shape: [2, 3], elements: first.baseAddress!),
            TensorToStore(name: "a", shape: [5], elements: second.baseAddress!),
          ], metadata: metadata, to: path)
      }
    }
  }

  @Test("tensors and metadata come back bit by bit")
  func roundTrip() throws {
    let folder = try TemporaryDirectory()
    let path = folder.file("x.safetensors")
    try Self.writeSample(to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata == ["note": "ä \"quoted\"\n/"])
    #expect(file.tensors.map(\.name) == ["b", "a"])
    #expect(file["b"] == file.tensors[0] && file["c"] == nil)
    #expect(file["b"]?.shape == [2, 3] && file["b"]?.type == "F32" && file["b"]?.byteRange == 0..<24)
    let tensor = try #require(file["b"])
    let values = file.withBytes(of: tensor) { Array($0.bindMemory(to: Float.self)) }
    let expected: [Float] = [1, -2.5, .infinity, .leastNonzeroMagnitude, -0.0, 6]
    #expect(values.map(\.bitPattern) == expected.map(\.bitPattern))
    #expect(try folder.names == ["x.safetensors"])
  }

  @Test("the tensors start on a multiple of 8 bytes, whatever the length of the header", arguments: 0..<9)
  func alignment(noteLength: Int) throws {
    let folder = try TemporaryDirectory()
    let path = folder.file("x.safetensors")
    try Self.writeSample(to: path, metadata: ["n": String(repeating: "x", count: noteLength)])
    let bytes = try contents(of: path)
    #expect((bytes.count - 44) % 8 == 0)
    #expect(try SafetensorsBytes.header(of: bytes)?.keys.sorted() == ["__metadata__", "a", "b"])
    #expect(try SafetensorsFile(path: path).tensors.count == 2)
  }

  @Test("equal contents are equal bytes")
  func deterministic() throws {
    let folder = try TemporaryDirectory()
    let metadata = Dictionary(uniqueKeysWithValues: (0..<20).map { ("key\($0)", "\($0)") })
    for name in ["x", "y"] { try Self.writeSample(to: folder.file(name), metadata: metadata) }
    #expect(try contents(of: folder.file("x")) == contents(of: folder.file("y")))
  }

  @Test("the types and sizes of other programs' files")
  func otherTypes() throws {
    let folder = try TemporaryDirectory()
    let entries = [
      SafetensorsBytes.entry("half", "BF16", "[2,2]", "[0,8]"),
      SafetensorsBytes.entry("empty", "F32", "[0,7]", "[8,8]"),
      SafetensorsBytes.entry("scalar", "F64", "[]", "[8,16]"),
      SafetensorsBytes.entry("unknown", "F8_E4M3", "[8]", "[16,24]"),
    ]
    let path = try folder.write(
      SafetensorsBytes.make(header: "{\(entries.joined(separator: ","))}  "), as: "x")
    let file = try SafetensorsFile(path: path)
    #expect(Set(file.tensors.map(\.name)) == ["half", "empty", "scalar", "unknown"])
    let empty = try #require(file["empty"])
    #expect(file.withBytes(of: empty) { $0.count } == 0)
  }

  /// A file that is not right and a part of what is said about it.
  struct BadFile: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let says: String
    var testDescription: String { name }
    init(_ name: String, _ bytes: [UInt8], _ says: String) {
      self.name = name
      self.bytes = bytes
      self.says = says
    }
    /// One tensor 'x' with 24 bytes of tensors after the header.
    init(_ name: String, _ type: String, _ shape: String, _ offsets: String, _ says: String) {
      let header = "{\(SafetensorsBytes.entry("x", type, shape, offsets))}"
      self.init(name, SafetensorsBytes.make(header: header), says)
    }
  }

  static let badFiles = [
    BadFile("empty file", [], "cut short: 0 bytes"),
    BadFile("half a length", [1, 0, 0], "cut short: 3 bytes"),
    BadFile("only a length", SafetensorsBytes.make(header: "", data: 0, length: 10), "cut short inside"),
    BadFile("length 0", SafetensorsBytes.make(header: "", length: 0), "not a safetensors file"),
    BadFile("length over the end", SafetensorsBytes.make(header: "{}", length: 27), "cut short inside"),
    BadFile("the largest length", SafetensorsBytes.make(header: "{}", length: .max), "cut short inside"),
    BadFile("length with the sign bit", SafetensorsBytes.make(header: "{}", length: 1 << 63), "cut short"),
    BadFile("not JSON", SafetensorsBytes.make(header: "{\"x\":"), "not JSON"),
    BadFile("not text", SafetensorsBytes.make(header: "x") + [0xff], "not a safetensors file"),
    BadFile("a list", SafetensorsBytes.make(header: "[1,2]"), "not JSON"),
    BadFile(
      "nested deeply",
      SafetensorsBytes.make(header: String(repeating: "[", count: 50_000)), "not JSON"),
    BadFile("an entry that is a number", SafetensorsBytes.make(header: "{\"x\":1}"), "entry of tensor 'x'"),
    BadFile("no type", SafetensorsBytes.make(header: "{\"x\":{\"shape\":[]}}"), "entry of tensor 'x'"),
    BadFile("negative size", "F32", "[-1]", "[0,24]", "entry of tensor 'x'"),
    BadFile("size with a fraction", "F32", "[1.5]", "[0,24]", "entry of tensor 'x'"),
    BadFile("size beyond 64 bits", "F32", "[99999999999999999999]", "[0,24]", "entry of tensor 'x'"),
    BadFile("offsets reversed", "F32", "[6]", "[24,0]", "entry of tensor 'x'"),
    BadFile("negative offset", "F32", "[6]", "[-24,0]", "entry of tensor 'x'"),
    BadFile("one offset", "F32", "[6]", "[24]", "entry of tensor 'x'"),
    BadFile("offset over the end", "F32", "[7]", "[0,28]", "ends at byte 28 of 24"),
    BadFile("offset far over the end", "F32", "[7]", "[0,9223372036854775807]", "of 24"),
    BadFile("size and type against bytes", "F64", "[6]", "[0,24]", "24 bytes, not those of [6] F64"),
    BadFile("sizes that overflow", "F32", "[4611686018427387904,4]", "[0,0]", "0 bytes, not those of"),
    BadFile("a width that overflows", "F32", "[4611686018427387904]", "[0,0]", "0 bytes, not those of"),
    BadFile("bytes left over", "F32", "[5]", "[0,20]", "its header tells of 20"),
    BadFile("bytes left out before", "F32", "[5]", "[4,24]", "begins at byte 4"),
    BadFile("no tensor for the bytes", SafetensorsBytes.make(header: "{}"), "its header tells of 0"),
    BadFile(
      "overlap",
      SafetensorsBytes.make(
        header: "{\(SafetensorsBytes.entry("x", "F32", "[4]", "[0,16]")),"
          + "\(SafetensorsBytes.entry("y", "F32", "[3]", "[12,24]"))}"), "tensor 'y' begins at byte 12"),
    BadFile(
      "gap",
      SafetensorsBytes.make(
        header: "{\(SafetensorsBytes.entry("x", "F32", "[2]", "[0,8]")),"
          + "\(SafetensorsBytes.entry("y", "F32", "[3]", "[12,24]"))}"), "tensor 'y' begins at byte 12"),
  ]

  @Test("a wrong file is a typed error with path and reason", arguments: badFiles)
  func badFile(_ bad: BadFile) throws {
    let folder = try TemporaryDirectory()
    let path = try folder.write(bad.bytes, as: "x.safetensors")
    let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: path) }
    #expect(error?.path == path)
    #expect(error?.problem.contains(bad.says) == true, "\(error?.problem ?? "")")
    #expect(error?.description.hasPrefix(path) == true)
  }

  @Test("no file, a directory, a pipe")
  func notAFile() throws {
    let folder = try TemporaryDirectory()
    mkfifo(folder.file("pipe"), 0o600)
    let says = [
      ("none", "No such file or directory"), ("", "Is a directory"), ("pipe", "not a regular file"),
    ]
    for (name, reason) in says {
      let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: folder.file(name)) }
      #expect(error?.problem.contains(reason) == true, "\(error?.problem ?? "")")
    }
  }

  @Test("cut at every byte, a file is refused")
  func cutAnywhere() throws {
    let folder = try TemporaryDirectory()
    try Self.writeSample(to: folder.file("whole"))
    let whole = try contents(of: folder.file("whole"))
    for length in 0..<whole.count {
      let path = try folder.write(Array(whole[..<length]), as: "cut")
      #expect(throws: SafetensorsError.self, "\(length) bytes") { try SafetensorsFile(path: path) }
    }
    let longer = try folder.write(whole + [0], as: "longer")
    #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: longer) }
  }

  @Test("any bit of the header may flip: no crash, and what opens keeps inside the file")
  func flippedAnywhere() throws {
    let folder = try TemporaryDirectory()
    try Self.writeSample(to: folder.file("whole"))
    let whole = try contents(of: folder.file("whole"))
    var opened = 0
    for place in 0..<whole.count - 44 {
      for bit in 0..<8 {
        var bytes = whole
        bytes[place] ^= 1 << bit
        let path = try folder.write(bytes, as: "flipped")
        do {
          let file = try SafetensorsFile(path: path)
          opened += 1
          for tensor in file.tensors {
            file.withBytes(of: tensor) { #expect($0.count == tensor.byteRange.count) }
          }
          #expect(file.tensors.reduce(0) { $0 + $1.byteRange.count } == 44)
        } catch is SafetensorsError {}
      }
    }
    #expect(opened > 0)
  }
}
