import Communication
import ConcreteAutoencoder
import FeatureSelection
import Foundation
import RunSettings
import RunStore
import Tables
import Testing

/// A whole selection, stage by stage.
@Suite(.serialized) struct SelectionRunTests {
  /// What a run left, and what it said.
  struct Outcome {
    let model: Data
    let selection: Data
    let result: Data
    let value: SelectionResult
  }

  /// Runs all stages on so many ranks.
  private func run(
    ranks: Int, resume: Bool = false, in folder: RunFolder, name: String = "run",
    _ change: @escaping @Sendable (inout RunConfiguration) -> Void = { _ in }
  ) throws -> Outcome {
    let data = "\(folder.path)/data"
    if !FileManager.default.fileExists(atPath: data) { try SmallDataset.write(to: data, rows: 240) }
    let directory = RunDirectory(path: "\(folder.path)/\(name)")
    let results = try InProcessWorld.run(ranks: ranks) { communicator in
      let session = try TrainingSession(
        request: {
          ConfigurationRequest(recipe: nil, file: nil, resume: resume) {
            $0.data.path = data
            $0.data.validationFraction = 0.2
            $0.output.runDirectory = directory.path
            $0.output.snapshotEpochs = []
            $0.output.stallTimeout = 0
            $0.selector.k = 4
            $0.decoder.hidden = [8]
            $0.training.epochs = 6
            $0.training.batchSize = 24
            $0.training.microBatches = 4
            change(&$0)
          }
        }, programVersion: "test", communicator: communicator, log: .silent)
      var found: SelectionResult?
      try SelectionRun(session, communicator: communicator, observer: nil).run { found = $0 }
      return found
    }
    let value = try #require(results[0])
    return Outcome(
      model: try bytes(of: directory.model), selection: try bytes(of: directory.selection),
      result: try bytes(of: directory.result), value: value)
  }

  @Test(
    "exact: the same model, selection and result on any number of ranks, and when it is resumed at its end",
    arguments: Parametrization.allCases)
  func sameBytes(_ parametrization: Parametrization) throws {
    let folder = try RunFolder()
    let change: @Sendable (inout RunConfiguration) -> Void = { $0.selector.parametrization = parametrization }
    let alone = try run(ranks: 1, in: folder, change)
    #expect(alone.value.stages.allSatisfy { $0.failure == nil }, "\(alone.value.stages)")
    for ranks in [2, 3, 5] {
      let other = try run(ranks: ranks, in: folder, name: "run-\(ranks)", change)
      #expect(other.model == alone.model, "\(ranks) ranks")
      #expect(other.selection == alone.selection, "\(ranks) ranks")
      // Paths of the files differ.
      let text = String(decoding: other.result, as: UTF8.self)
      #expect(text.replacing("run-\(ranks)/", with: "run/") == String(decoding: alone.result, as: UTF8.self))
    }
    let again = try run(ranks: 3, resume: true, in: folder, change)
    #expect(again.model == alone.model && again.result == alone.result)
  }

  @Test(
    "one candidate is chosen, by the validation rows; features are distinct, and the model's argmax is they")
  func judged() throws {
    let folder = try RunFolder()
    let outcome = try run(ranks: 2, in: folder)
    let chosen = outcome.value.candidates.filter(\.isChosen)
    try #require(chosen.count == 1)
    let best = try #require(outcome.value.candidates.compactMap(\.validation).min())
    #expect(try #require(chosen[0].validation) - best <= (chosen[0].differenceError ?? 0))
    for candidate in outcome.value.candidates { #expect(Set(candidate.features).count == 4) }
    let bundle = try ModelBundle(path: "\(folder.path)/run/model.safetensors")
    #expect(bundle.selection.features == chosen[0].features)
    #expect(Convergence(bundle.model).features == chosen[0].features)
    let comparison = try #require(outcome.value.comparison)
    #expect(
      comparison.entries.map(\.name) == ["result", "random", "variance", "pfa", "greedy", "search", "pca"])
    #expect(comparison.entries.allSatisfy { $0.error.isFinite && $0.error >= 0 })
    let bound = try #require(comparison.entries.last?.error)
    #expect(try #require(comparison.entries.first?.error) >= bound)
  }

  @Test("stages that are switched off leave no trace, and the selectors' choice is then the result as it is")
  func pure() throws {
    let folder = try RunFolder()
    let outcome = try run(ranks: 2, in: folder) {
      $0.refinement = .none
      $0.refinement.compare = false
    }
    #expect(outcome.value.candidates.map(\.sources) == [["selectors"]])
    #expect(outcome.value.comparison == nil && outcome.value.start == nil)
    #expect(!outcome.value.stages.contains { $0.name == "searching for features" })
    let directory = RunDirectory(path: "\(folder.path)/run")
    let last = try #require(directory.checkpoints.steps().last)
    let trained = try ModelBundle(path: directory.checkpoints.path(step: last))
    let model = try ModelBundle(path: directory.model)
    #expect(Array(model.model.parameters.elements) == Array(trained.model.parameters.elements))
    #expect(model.selection.features == Convergence(trained.model).features)
  }

  @Test("features to keep are in every candidate, those never to select in none, on any start")
  func constraints() throws {
    let folder = try RunFolder()
    for (name, search) in [("start", SearchUse.start), ("own", .candidates), ("none", .none)] {
      let outcome = try run(ranks: 2, in: folder, name: name) {
        $0.refinement.search = search
        $0.refinement.keep = ColumnPatterns(["3", "17"])
        $0.refinement.never = ColumnPatterns((18..<30).map(String.init))
      }
      #expect(outcome.value.stages.allSatisfy { $0.failure == nil }, "\(outcome.value.stages)")
      for candidate in outcome.value.candidates {
        #expect(candidate.features.contains(3) && candidate.features.contains(17), "\(name) \(candidate)")
        #expect(candidate.features.allSatisfy { $0 < 18 }, "\(name) \(candidate)")
      }
      // No selector can come to a feature that is never to be selected.
      #expect(try #require(outcome.value.convergence).features.allSatisfy { $0 < 18 })
    }
  }

  @Test("costs are within the budget in every candidate, and of each group there is one at the most")
  func budgetAndGroups() throws {
    let folder = try RunFolder()
    try (0..<30).map { "\($0),\($0 < 6 ? 1 : 3)" }.joined(separator: "\n")
      .write(toFile: "\(folder.path)/costs.csv", atomically: true, encoding: .utf8)
    try "feature,group\n0,a\n1,a\n2,a\n".write(
      toFile: "\(folder.path)/groups.csv", atomically: true, encoding: .utf8)
    for (name, search) in [("auto", SearchUse.automatic), ("none", .none)] {
      let outcome = try run(ranks: 2, in: folder, name: name) {
        $0.refinement.search = search
        $0.refinement.costs = "\(folder.path)/costs.csv"
        $0.refinement.budget = 6
        $0.refinement.oneOf = "\(folder.path)/groups.csv"
      }
      #expect(outcome.value.stages.allSatisfy { $0.failure == nil }, "\(outcome.value.stages)")
      for candidate in outcome.value.candidates {
        #expect(candidate.features.reduce(0) { $0 + ($1 < 6 ? 1 : 3) } <= 6, "\(name) \(candidate)")
        #expect(Set(candidate.features).intersection([0, 1, 2]).count <= 1, "\(name) \(candidate)")
        #expect(Set(candidate.features).count == 4)
      }
      for entry in outcome.value.comparison?.entries ?? [] where entry.name != "result" {
        #expect((entry.features ?? []).reduce(0) { $0 + ($1 < 6 ? 1 : 3) } <= 6, "\(entry)")
      }
    }
  }

  @Test(
    "a run of too few epochs goes on until its selectors have converged, also one that had ended before")
  func untilConverged() throws {
    let folder = try RunFolder()
    let change: @Sendable (inout RunConfiguration) -> Void = {
      $0.refinement = .none
      $0.refinement.compare = false
      $0.training.epochs = 2
    }
    let short = try run(ranks: 2, in: folder, name: "short", change)
    #expect(try #require(short.value.convergence).unconverged > 0)
    let whole = try run(ranks: 2, in: folder, name: "whole") {
      change(&$0)
      $0.training.untilConverged = true
    }
    #expect(try #require(whole.value.convergence).unconverged == 0)
    let later = try run(ranks: 3, resume: true, in: folder, name: "short") {
      change(&$0)
      $0.training.untilConverged = true
    }
    #expect(try #require(later.value.convergence).unconverged == 0)
    #expect(later.model == whole.model)
  }

  @Test("without validation rows nothing is judged, and each selector has a feature of its own")
  func withoutJudge() throws {
    let folder = try RunFolder()
    let outcome = try run(ranks: 2, in: folder) { $0.data.validationFraction = 0 }
    #expect(outcome.value.candidates.map(\.sources) == [["selectors"]])
    #expect(Set(outcome.value.candidates[0].features).count == 4)
    #expect(outcome.value.start == nil)
  }

  @Test(
    "a linear decoder ends as the regression on its features; classes are searched for, judged and compared as well"
  )
  func otherTasks() throws {
    let folder = try RunFolder()
    let linear = try run(ranks: 2, in: folder, name: "linear") { $0.decoder.hidden = [] }
    #expect(linear.value.candidates.count >= 1)
    let classes = try run(ranks: 2, in: folder, name: "classes") { $0.task = .classify }
    #expect(classes.value.stages.allSatisfy { $0.failure == nil }, "\(classes.value.stages)")
    #expect(classes.value.comparison?.entries.map(\.name).contains("pca") == false)
    #expect(classes.value.errors.allSatisfy { $0.metrics.contains { $0.name == "accuracy" } })
    let values = try run(ranks: 2, in: folder, name: "values") { $0.task = .regress }
    #expect(values.value.stages.allSatisfy { $0.failure == nil }, "\(values.value.stages)")
    #expect(values.value.comparison?.explained.count == 1)
    let bundle = try ModelBundle(path: "\(folder.path)/values/model.safetensors")
    #expect(bundle.model.shape.outputCount == 1 && bundle.model.shape.task == .regress)
    #expect(try #require(bundle.data.valueScaling).deviation > 0)
  }
}
