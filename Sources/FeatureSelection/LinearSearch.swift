import Communication
import ConcreteAutoencoder
import Evaluation
import RunSettings
import Tables

/// What linear regression on the training rows says about features, and the selections that are best by it.
package struct LinearSearch: Sendable {
  /// Moments of a sample of the training rows; on every rank.
  package let moments: RegressionMoments
  /// Greedy column subset selection with swaps.
  package let greedy: [Int]
  /// Iterated local search from there.
  package let iterated: [Int]
  /// What both obey: what the user said, and that features without variation are not selected while there are others.
  package let constraints: SubsetConstraints

  /// Rows that are looked at, at the most: so many, or so many a feature.
  private static let sample = (rows: 10_000, perFeature: 16)

  /// Searches for K features; every rank must call, and all get the same.
  package init(
    _ configuration: RunConfiguration, _ dataset: Dataset, constraints: SubsetConstraints,
    _ communicator: any Communicator
  ) throws {
    let count = configuration.selector.k
    moments = try Self.moments(configuration.task, dataset, communicator)
    let moments = moments
    let all = constraints.withoutConstants(moments, count: count)
    self.constraints = all
    let budget = Self.budget(configuration, dataset)
    let found = try communicator.features(phase: "searching for features") {
      let search = try SubsetSearch(moments, count: count, constraints: all)
      let greedy = search.improved(search.greedy().features)
      let iterated = search.iterated(
        from: greedy.features, budget: budget, seed: configuration.training.seed)
      return greedy.features + (iterated.error < greedy.error ? iterated : greedy).features
    }
    greedy = Array(found[..<count])
    iterated = Array(found[count...])
  }

  /// The share of the variation that regression on `iterated` explains, on training rows; every rank must call, and all get
  /// rank 0's.
  func explained(_ communicator: any Communicator) throws -> Double {
    var share = communicator.isRoot ? moments.explained(by: iterated) : 0
    try withUnsafeMutableBytes(of: &share) { try communicator.broadcast($0, root: 0) }
    return share
  }

  /// Rows of a held-out part that regressions are tried on, at the most.
  static let testRows = 5_000
  /// Training rows that regressions are fitted to, at the most, where moments do not tell them.
  static let fittedRows = 20_000

  /// The error on `test` of a regression on `features`, from the moments or, for targets of its own, fitted to `fitted`.
  func error(of features: [Int], fitted: EvaluationRows, test: EvaluationRows) throws -> LinearError {
    try
      (moments.cross == nil
      ? LinearRegression(features: features, moments: moments)
      : LinearRegression(features: features, rows: fitted)).error(on: test)
  }

  /// Rows that moments of so many features are taken of, at the most.
  static func sampleSize(_ featureCount: Int) -> Int { max(sample.rows, sample.perFeature * featureCount) }

  /// Moments of rows spread evenly over the training rows; every rank must call.
  private static func moments(
    _ task: LearningTask, _ dataset: Dataset, _ communicator: any Communicator
  ) throws -> RegressionMoments {
    let rows = dataset.split.training.sample(sampleSize(dataset.schema.featureCount))
    return try RegressionMoments(
      EvaluationRows(dataset, rows: rows, of: task), communicator: communicator)
  }

  /// Operations that an iterated search may take in any case, about a tenth of a second: short runs have no worse a search.
  private static let leastOperations = 5e8

  /// So much work that the search takes about its share of training's time: an operation of the search, which waits for
  /// memory, takes as long as some hundred of a matrix product.
  private static func budget(_ configuration: RunConfiguration, _ dataset: Dataset) -> SearchBudget {
    let plan = RunPlan(
      configuration: configuration, trainingRows: dataset.split.training.count, validationRows: 0)
    let training =
      configuration.stepOperations(featureCount: dataset.schema.featureCount) * Double(plan.totalSteps)
    let operations = configuration.refinement.searchShare * training / 100
    return SearchBudget(iterations: 2_000, operations: Int(min(max(operations, leastOperations), 1e12)))
  }
}

extension SubsetConstraints {
  /// The same, and no features that do not vary, as far as enough others are left and none of them is to be kept.
  fileprivate func withoutConstants(_ moments: RegressionMoments, count: Int) -> SubsetConstraints {
    var all = self
    let (kept, variation) = (Set(keep), moments.scatter.diagonal)
    let constant = variation.indices.filter { variation[$0] <= 0 && !kept.contains($0) }
    all.excluded = Set(excluded + constant).sorted()
    return all.first(count, of: 0..<moments.featureCount).count == count ? all : self
  }
}

extension EvaluationRows {
  /// Rows with what a task has to find from the features.
  package init(_ dataset: Dataset, rows: [UInt32], of task: LearningTask) {
    switch task.objective.target {
    case .features: self.init(dataset, rows: rows)
    case .classes, .values:
      guard let target = dataset.target else { preconditionFailure("checked when the data were opened") }
      self.init(dataset, rows: rows, predicting: target)
    }
  }
}

extension Communicator {
  /// Lists of features that rank 0 works out, on every rank; every rank must call.
  func features(phase: String, _ body: () throws -> [Int]) throws -> [Int] {
    let found = try agree(phase: phase) { isRoot ? try body() : [] }
    let text = try broadcast(found.map(String.init).joined(separator: ","))
    return text.split(separator: ",").compactMap { Int($0) }
  }
}
