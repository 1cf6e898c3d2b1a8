import Tables
import ConcreteAutoencoder
import DistributedTraining
import Foundation
import LinearAlgebra
import RunStore
import TensorFiles
import Testing

@Suite struct CheckpointTests {
  static func write(_ run: SmallRun, to path: String, step: Int = 17) throws {
    let state = run.state(step: step)
    state.best = BestLoss(step: 10, loss: 0.1 + 0.2)
    state.interval = LossSums(loss: 0.1 + 0.7, weight: 3 * 784)
    try Checkpoint.write(state, configuration: run.configuration, facts: run.facts, to: path)
  }

  @Test("everything comes back bit by bit", arguments: SmallRun.all)
  func roundTrip(_ run: SmallRun) throws {
    let folder = try TemporaryDirectory()
    try Self.write(run, to: folder.file("x"))
    let checkpoint = try Checkpoint(path: folder.file("x"))
    #expect(checkpoint.step == 17)
    #expect(checkpoint.configuration == run.configuration)
    #expect(checkpoint.shape == run.shape)
    #expect(checkpoint.facts == run.facts)
    #expect(checkpoint.kernels == NumericKernels.description)
    let state = checkpoint.load()
    #expect(state.step == 17)
    #expect(state.best == BestLoss(step: 10, loss: 0.1 + 0.2))
    #expect(state.interval == LossSums(loss: 0.1 + 0.7, weight: 3 * 784))
    #expect(state.bits() == run.state().bits())
  }

  @Test("without a best loss and a grid there is none after reading")
  func nothingOptional() throws {
    let folder = try TemporaryDirectory()
    let run = SmallRun()
    var facts = run.facts
    facts.data.schema = TableSchema(count: 12, kind: .byte)
    facts.data.classes = nil
    try Checkpoint.write(
      run.state(step: 0), configuration: run.configuration, facts: facts, to: folder.file("x"))
    let checkpoint = try Checkpoint(path: folder.file("x"))
    #expect(checkpoint.facts == facts)
    #expect(checkpoint.load().best == nil)
  }

  @Test("a flipped bit in any tensor is found and the tensor named", arguments: SmallRun.all)
  func flippedTensor(_ run: SmallRun) throws {
    let folder = try TemporaryDirectory()
    try Self.write(run, to: folder.file("x"))
    let whole = try contents(of: folder.file("x"))
    let file = try SafetensorsFile(path: folder.file("x"))
    let start = whole.count - (file.tensors.last?.byteRange.upperBound ?? 0)
    let layout = ParameterLayout(shape: run.shape)
    #expect(file.tensors.count == layout.tensors.count + 2 * layout.trained.count)
    for (index, tensor) in file.tensors.enumerated() {
      var bytes = whole
      let place = tensor.byteRange.lowerBound + (index * 7) % tensor.byteRange.count
      bytes[start + place] ^= 1 << (index % 8)
      let path = try folder.write(bytes, as: "flipped")
      let error = #expect(throws: CheckpointError.self) { try Checkpoint(path: path) }
      #expect(error?.path == path)
      #expect(error?.problem.contains("'\(tensor.name)'") == true, "\(error?.problem ?? "")")
    }
  }

  @Test("no bit of the header can flip unnoticed")
  func flippedHeader() throws {
    let folder = try TemporaryDirectory()
    let run = SmallRun()
    try Self.write(run, to: folder.file("x"))
    let whole = try contents(of: folder.file("x"))
    let header = whole.count - 4 * 3 * ParameterLayout(shape: run.shape).parameterCount
    let expected = run.state().bits()
    let entries = try SafetensorsFile(path: folder.file("x")).tensors
    for place in 0..<header {
      var bytes = whole
      bytes[place] ^= 1 << (place % 7)
      let path = try folder.write(bytes, as: "flipped")
      do {
        // A flip that changes nothing that is read may pass, such as that of a space.
        let checkpoint = try Checkpoint(path: path)
        #expect(checkpoint.step == 17 && checkpoint.configuration == run.configuration, "byte \(place)")
        #expect(checkpoint.facts == run.facts && checkpoint.shape == run.shape, "byte \(place)")
        #expect(checkpoint.load().bits() == expected, "byte \(place)")
      } catch is CheckpointError {}
      // Nor for one who looks at the file alone.
      if let file = try? SafetensorsFile(path: path), file.damage() == nil {
        #expect(file.tensors == entries, "byte \(place)")
      }
    }
  }

  @Test("cut at many places, a checkpoint is refused")
  func cut() throws {
    let folder = try TemporaryDirectory()
    try Self.write(SmallRun(), to: folder.file("x"))
    let whole = try contents(of: folder.file("x"))
    for length in stride(from: 0, to: whole.count, by: 13) {
      let path = try folder.write(Array(whole[..<length]), as: "cut")
      let error = #expect(throws: CheckpointError.self) { try Checkpoint(path: path) }
      #expect(error?.path == path)
    }
  }

  @Test("another format, another version and a model are refused by their format")
  func otherFormat() throws {
    let folder = try TemporaryDirectory()
    try Self.write(SmallRun(), to: folder.file("x"))
    let text = "concrete-autoencoder checkpoint 2"
    var bytes = try contents(of: folder.file("x"))
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: text.utf8) })
    bytes[place + text.utf8.count - 1] = UInt8(ascii: "1")
    let older = bytes
    bytes[place + text.utf8.count - 1] = UInt8(ascii: "3")
    let run = SmallRun()
    try ModelBundle(run.state().model, configuration: run.configuration, data: run.facts.data).write(
      to: folder.file("model"))
    try SafetensorsFileTests.writeSample(to: folder.file("sample"))
    for (path, format) in [
      (try folder.write(bytes, as: "newer"), "concrete-autoencoder checkpoint 3"),
      (try folder.write(older, as: "older"), nil),
      (folder.file("model"), "concrete-autoencoder model 2"), (folder.file("sample"), "none"),
    ] {
      let error = #expect(throws: CheckpointError.self) { try Checkpoint(path: path) }
      let named = format.map { "'\($0)'" } ?? "version 0.1.0"
      #expect(error?.problem.contains(named) == true, "\(error?.problem ?? "")")
    }
  }

  @Test("a file that cannot be written is named")
  func unwritable() throws {
    let path = message { try Self.write(SmallRun(), to: "/nowhere/at/all/x") }
    #expect(path?.contains("/nowhere/at/all/x") == true)
    #expect(path?.contains("No such file or directory") == true)
  }
}
