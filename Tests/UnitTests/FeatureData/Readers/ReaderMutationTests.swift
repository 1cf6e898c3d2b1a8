import Foundation
import Tables
import TensorFiles
import Testing

/// Damaged files of every format: read, or refused by a sentence that names the file; never a crash.
@Suite("Mutated files")
struct ReaderMutationTests {
  /// A format, how its files are called, and whole ones of it.
  private struct Corpus {
    let name: String
    let files: [[UInt8]]
    /// What is done with mutated bytes before they are written.
    var wrap: (@Sendable ([UInt8], inout FixedGenerator) -> [UInt8])?
  }

  private static let csv = Array("id,a,b,kind\nx1,1,2,p\nx2,3,,q\n\"x,3\",5,6.5e3,p\n".utf8)
  private static let floats = NPYBytes.bytes(
    [Float](repeating: 1.5, count: 6).map(\.bitPattern), isBigEndian: false)

  private static func corpora() throws -> [Corpus] {
    let npy = [
      NPYBytes.make("'<f4'", "(2, 3)", floats),
      NPYBytes.make("'<f4'", "(2, 3)", floats, version: 2, isFortran: true),
      NPYBytes.make("'|u1'", "(2, 3, 2)", Array(0..<12)), NPYBytes.make("'>i2'", "(3, 2)", Array(0..<12)),
      NPYBytes.make("[('a', '<f4'), ('b', '<i2')]", "(2,)", Array(0..<12)),
    ]
    let archives = [NPZReaderTests.dense, NPZReaderTests.sparse, NPZReaderTests.sparseByColumns]
    var corpora = [
      Corpus(name: "csv", files: [csv]), Corpus(name: "npy", files: npy),
      Corpus(name: "idx", files: [idx([2, 3]), idx([2, 2, 2])]),
      Corpus(name: "gzip", files: [gzip(csv), gzip(npy[0]), gzip(idx([2, 3]))]),
      Corpus(
        name: "npz", files: archives.flatMap { [ZipBytes.make($0), ZipBytes.make($0, isDeflated: true)] }),
      // Behind a right checksum, so that what is in the archive is looked at.
      Corpus(name: "npz members", files: archives.flatMap { $0.map(\.bytes) }) { bytes, generator in
        var members = archives.randomElement(using: &generator)!
        let place = Int.random(in: 0..<members.count, using: &generator)
        members[place].bytes = bytes
        return ZipBytes.make(members, isDeflated: Bool.random(using: &generator))
      },
    ]
    if HDF5File.isReadable {
      let files = try ["small.h5ad", "legacy.h5ad"].map { try contents(of: HDF5ReaderTests.fixture($0)) }
      // What libhdf5 itself reads is not for it here: versions there are loop for ever on damaged heaps. The numbers of the
      // sparse matrices, behind the library, are this reader's.
      let numbers: [[Int32]] = [[0, 2, 3, 5, 6], [0, 2, 2, 0], [0, 2, 2, 3], [0, 2, 4, 6]]
      let places = files.map { file in numbers.flatMap { starts(of: $0, in: file) } }
      corpora.append(
        Corpus(name: "hdf5", files: [[0]]) { _, generator in
          let number = Int.random(in: 0..<files.count, using: &generator)
          var bytes = files[number]
          for place in places[number] where Int.random(in: 0..<4, using: &generator) == 0 {
            let at = place + Int.random(in: 0..<16, using: &generator)
            bytes[at] = [0, 1, 2, 4, 0x7f, 0x80, 0xff].randomElement(using: &generator)!
          }
          return bytes
        })
    }
    return corpora
  }

  /// Where these 32-bit numbers stand.
  private static func starts(of numbers: [Int32], in bytes: [UInt8]) -> [Int] {
    let wanted = NPYBytes.bytes(numbers, isBigEndian: false)
    return bytes.indices.filter { bytes[$0...].starts(with: wanted) }
  }

  @Test(
    "of tables are read, or refused with their path",
    arguments: ["csv", "npy", "idx", "gzip", "npz", "npz members", "hdf5"])
  func tables(name: String) throws {
    guard let corpus = try Self.corpora().first(where: { $0.name == name }) else { return }
    let directory = try TemporaryDirectory()
    var generator = FixedGenerator(seed: 17 &+ Mutations.seed)
    var outcomes: [String: Int] = [:]
    for number in 0..<Mutations.count {
      var bytes = Mutations.mutated(corpus.files.randomElement(using: &generator)!, using: &generator)
      if let wrap = corpus.wrap { bytes = wrap(bytes, &generator) }
      let path = Mutations.write(bytes, to: directory.file("mutated"))
      let array =
        name == "hdf5" ? [":layers/csr", ":layers/csc", ":raw/X"].randomElement(using: &generator)! : ""
      do {
        let table = try CountingSink(path + array)
        #expect(table.rows > 0 && table.isEven, "mutation \(number): \(table.rows) rows")
        outcomes["read", default: 0] += 1
      } catch {
        let text = "\(error)"
        #expect(text.contains(path) && text.count < 3_000, "mutation \(number): \(text)")
        outcomes["refused", default: 0] += 1
      }
    }
    // Neither all nor none: mutations reach what is behind the first check.
    #expect(outcomes["read", default: 0] > 0 && outcomes["refused", default: 0] > 0, "\(outcomes)")
  }

  @Test("of safetensors files are read, or refused with their path")
  func safetensors() throws {
    let directory = try TemporaryDirectory()
    let whole = directory.file("whole")
    try SafetensorsFileTests.writeSample(to: whole)
    let bytes = try contents(of: whole)
    var generator = FixedGenerator(seed: 19 &+ Mutations.seed)
    var sum = 0
    for number in 0..<Mutations.count {
      let path = Mutations.write(Mutations.mutated(bytes, using: &generator), to: directory.file("mutated"))
      do {
        let file = try SafetensorsFile(path: path)
        for tensor in file.tensors { sum &+= file.withBytes(of: tensor) { $0.reduce(0) { $0 &+ Int($1) } } }
      } catch {
        #expect("\(error)".contains(path), "mutation \(number): \(error)")
      }
    }
    #expect(sum > 0)
  }
}

/// Counts the rows of a table and looks at their widths.
private final class CountingSink: RowSink {
  private(set) var rows = 0
  private(set) var isEven = true
  private var width = 0

  init(_ path: String) throws {
    _ = try TableReaders.stream(path, options: TableOptions()) { columns in
      width = columns.features.count
      return self
    }
  }

  func append(id: String) {}
  func append(label: String, number: Float?) {}
  func append(_ features: UnsafeBufferPointer<Float>) {
    rows += 1
    isEven = isEven && features.count == width
  }
}
