import RunSettings

/// How ranks that share memory divide a step's work.
package enum WorkDivision: String, Sendable {
  /// Each takes rows of its own through the whole model, and their gradients are added up.
  case rows
  /// Each takes all rows of the node through the parameters of its own features, as a `TensorParallelGroup`:
  /// activations pass between ranks instead of parameters and gradients.
  case features

  /// What is best for `ranks` ranks of a node that work on `rows` rows a step.
  ///
  /// By rows the parameters and gradients that belong to features pass between ranks, D (K + H) numbers each; by
  /// features the activations, rows (K + H) numbers each. So by features where these are more than the rows; but not
  /// where every bit counts, since a product's last bits depend on its sizes, nor with several noise groups, whose
  /// matrices are drawn by the rank that has the group's rows, nor where logits are parametrised indirectly, so that each
  /// follows from what belongs to all features.
  package init(
    reduction: BatchReduction, noiseGroups: Int, isIndirect: Bool = false, featureCount: Int, ranks: Int,
    rows: Int
  ) {
    let isCheaper = ranks > 1 && featureCount >= max(rows, ranks)
    self = reduction == .fast && noiseGroups == 1 && !isIndirect && isCheaper ? .features : .rows
  }
}
