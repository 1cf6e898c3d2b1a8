import LinearAlgebra
import Tables

extension EvaluationRows {
  /// Rows of a dataset, scaled as it says; the targets are the features themselves.
  package init(_ dataset: Dataset, rows: [UInt32]) {
    let loader = RowLoader<Double>(dataset)
    self.init(
      rowCount: rows.count, featureCount: dataset.schema.featureCount, hasGaps: dataset.hasGaps,
      weights: dataset.weights(of: rows)
    ) { range, inputs, _, observed in
      rows.withUnsafeBufferPointer {
        loader.load(UnsafeBufferPointer(rebasing: $0[range]), into: inputs, observed: observed)
      }
    }
  }

  /// Rows of a dataset with `target`: a column that is 1 in the rows of a class and 0 elsewhere for each class, or the
  /// values. Rows without a value are left out.
  package init(_ dataset: Dataset, rows: [UInt32], predicting target: Target) {
    let loader = RowLoader<Double>(dataset)
    let (known, width): ([UInt32], Int) =
      switch target {
      case .classes(_, let names): (rows, names.count)
      case .values(let values): (rows.filter { !values[Int($0)].isNaN }, 1)
      }
    self.init(
      rowCount: known.count, featureCount: dataset.schema.featureCount, targetCount: width,
      areClasses: target.classNames != nil, weights: dataset.weights(of: known)
    ) { range, inputs, targets, _ in
      known.withUnsafeBufferPointer { loader.load(UnsafeBufferPointer(rebasing: $0[range]), into: inputs) }
      guard let targets else { return }
      for (i, row) in known[range].enumerated() {
        switch target {
        case .classes(let codes, _):
          for c in 0..<width { targets[i * width + c] = Int(codes[Int(row)]) == c ? 1 : 0 }
        case .values(let values): targets[i] = Double(values[Int(row)])
        }
      }
    }
  }
}

extension Dataset {
  /// What some rows count; nil: all alike.
  fileprivate func weights(of rows: [UInt32]) -> [Double]? {
    weights.map { weights in rows.map { Double(weights[Int($0)]) } }
  }
}
