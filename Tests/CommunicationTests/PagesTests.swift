import CMPI
import Foundation
import Testing

@Suite("Pages behind shared memory")
struct PagesTests {
  /// A mapping of `pages` pages of a file that has the first only.
  private func withShortFile<T>(pages: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> T) throws -> T {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    var name = Array("/tmp/cae-pages.XXXXXX".utf8CString)
    let file = mkstemp(&name)
    try #require(file >= 0)
    defer {
      close(file)
      unlink(name)
    }
    try #require(ftruncate(file, off_t(page)) == 0)
    let start = mmap(nil, pages * page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
    let mapping = try #require(start != MAP_FAILED ? start : nil)
    defer { munmap(mapping, pages * page) }
    return try body(UnsafeMutableRawBufferPointer(start: mapping, count: pages * page))
  }

  @Test("Pages that are there are filled with zeros")
  func filled() throws {
    let (code, isZero) = try withShortFile(pages: 1) { bytes in
      bytes.initializeMemory(as: UInt8.self, repeating: 7)
      let code = cmpi_fill_zero(bytes.baseAddress, UInt64(bytes.count))
      return (code, bytes.allSatisfy { $0 == 0 })
    }
    #expect(code == 0 && isZero)
  }

  @Test("Pages that cannot be had are an error, where a store would end the process", arguments: [2, 100])
  func missing(pages: Int) throws {
    let code = try withShortFile(pages: pages) { cmpi_fill_zero($0.baseAddress, UInt64($0.count)) }
    #expect(code == EFAULT)
  }
}
