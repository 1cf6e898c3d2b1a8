import Foundation
import RankSetup
import Testing

@Suite struct ProgramFilesTests {
  @Test("libraries that compute are found among what is mapped, each once, under any version's name")
  func libraries() {
    let maps = """
      55d0-55d1 r-xp 00000000 08:01 42 /opt/libm.d/cae
      7f00-7f01 r--p 00000000 08:01 43 /usr/lib/openblas-pthread/libopenblasp-r0.3.21.so
      7f01-7f02 r-xp 00001000 08:01 43 /usr/lib/openblas-pthread/libopenblasp-r0.3.21.so
      7f02-7f03 r-xp 00000000 08:01 44 /usr/lib/libm.so.6
      7f03-7f04 r-xp 00000000 08:01 45 /usr/lib/libmpi.so.40
      7f04-7f05 rw-p 00000000 00:00 0 [heap]
      """
    let found = ProgramFiles.computing(in: maps)
    #expect(found.map(\.name) == ["libm", "libopenblas"])
    #expect(found.map(\.path) == ["/usr/lib/libm.so.6", "/usr/lib/openblas-pthread/libopenblasp-r0.3.21.so"])
  }

  @Test("this program's own files are all found and read")
  func own() {
    let fields = ProgramFiles.fields()
    #expect(fields.map(\.name) == ["program's file", "file of libm", "file of libopenblas"])
    #expect(fields.allSatisfy { $0.value.contains("digest") }, "\(fields)")
  }

  @Test("another byte, or one more, is another file")
  func content() throws {
    let folder = try TemporaryDirectory()
    try folder.write([1, 2, 3], as: "a")
    try folder.write([1, 2, 3], as: "b")
    try folder.write([1, 2, 4], as: "c")
    try folder.write([1, 2, 3, 0], as: "d")
    let texts = ["a", "b", "c", "d", "e"].map { ProgramFiles.text(of: folder.file($0)) }
    #expect(texts[0] == texts[1] && Set(texts).count == 4)
    #expect(texts[4] == "cannot be read")
  }
}
