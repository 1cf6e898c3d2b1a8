import RunSettings
import Tables
import Testing

struct NearestNameTests {
  @Test(
    "The nearest name, if one is near",
    arguments: [
      ("epoch", "epochs"), ("batchsize", "batch-size"), ("temperature", nil), ("lr", nil), ("gjs", nil),
      ("rundir", "run-dir"), ("warmup-epoch", "warmup-epochs"), ("xyzzyxyzzy", nil),
      ("K", "k"), ("Epochs", "epochs"),
    ] as [(String, String?)])
  func nearest(_ name: String, _ expected: String?) {
    #expect(NearestName.of(name, among: Setting.all.map(\.name)) == expected)
  }

  @Test("All that are near, the nearest first, and none that has nothing in common")
  func all() {
    #expect(
      NearestName.all("clas", among: ["glas", "b", "class", "id", "clean"]) == ["glas", "class", "clean"])
    #expect(NearestName.all("x", among: ["y", "id"]).isEmpty)
  }
}
