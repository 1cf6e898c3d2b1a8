import LinearAlgebra

extension RegressionMoments {
  /// The share of the targets' variation that least squares on `features` explains.
  package func explained(by features: [Int]) -> Double {
    let regression = SubsetRegression(self, slotCount: features.count)
    regression.select(features)
    return targetVariation > 0 ? regression.explained / targetVariation : 0
  }
}

extension SubsetRegression {
  /// Selects the given features, one a slot, -1 for an empty one; nothing is left of rounding from before.
  ///
  /// Features that are constant or combinations of others are left out: of those the ones in later slots, but those in
  /// the slots `first` stay before all others.
  /// - Complexity: O(K^2 D), as products of matrices where no feature has to be left out.
  func select(_ wanted: [Int], first: [Int] = []) {
    clear()
    let slots = (first + wanted.indices.filter { !first.contains($0) }).filter { wanted[$0] >= 0 }
    rows.prepare(slots.map { wanted[$0] })
    guard !slots.isEmpty, !assign(wanted, slots) else { return }
    clear()
    for k in slots { exchange(slot: k, with: wanted[k]) }
  }

  /// Empties all slots.
  private func clear() {
    features = [Int](repeating: -1, count: slotCount)
    for matrix in [coefficients, crossCoefficients, inverse, crossInverse] { matrix.clear() }
    explained = 0
    for j in 0..<count {
      residual[j] = moments.scatter.diagonal[j]
      crossResidual[j] = moments.crossGram.diagonal[j]
    }
  }

  /// Works the definitions out for features in some of the empty slots; false, with slots partly filled, if they are not
  /// independent.
  private func assign(_ wanted: [Int], _ slots: [Int]) -> Bool {
    let (m, members) = (slots.count, slots.map { wanted[$0] })
    let memory = AlignedBuffer<Double>(count: 4 * m * count + 4 * m * m)
    let matrices = (0..<4).map { MatrixView(memory.base + $0 * m * count, rows: m, columns: count) }
    let (c, w, g, v) = (matrices[0], matrices[1], matrices[2], matrices[3])
    let small = (0..<4).map {
      MatrixView(memory.base + 4 * m * count + $0 * m * m, rows: m, columns: m)
    }
    let (b, crossProducts, product, t) = (small[0], small[1], small[2], small[3])
    for (l, feature) in members.enumerated() {
      rows.copy(feature, to: c.row(l), w.row(l))
      for (n, other) in members.enumerated() {
        b[l, n] = c[l, other]
        crossProducts[l, n] = w[l, other]
      }
    }
    guard b.invertPositiveDefinite(),
      members.indices.allSatisfy({ b[$0, $0] > 0 && 1 / b[$0, $0] > floor[members[$0]] })
    else { return false }
    g.assign(product: b, c)
    product.assign(product: b, crossProducts)
    t.assign(product: product, b)
    for l in 0..<m {
      explained += product[l, l]
      let (cRow, wRow, gRow) = (c.row(l), w.row(l), g.row(l))
      for j in 0..<count { residual[j] -= gRow[j] * cRow[j] }
      for j in 0..<count { crossResidual[j] -= gRow[j] * wRow[j] }
    }
    // What the selected features' rows of W lose: W_S - W_SS G.
    for i in 0..<m * m { crossProducts.base[i] = -crossProducts.base[i] }
    w.assign(transposed: crossProducts, product: g, accumulate: true)
    v.assign(product: b, w)
    for l in 0..<m {
      let (wRow, gRow) = (w.row(l), g.row(l))
      for j in 0..<count { crossResidual[j] -= gRow[j] * wRow[j] }
    }
    for (l, k) in slots.enumerated() {
      features[k] = members[l]
      coefficients.row(k).update(from: g.row(l), count: count)
      crossCoefficients.row(k).update(from: v.row(l), count: count)
      residual[members[l]] = 0
      crossResidual[members[l]] = 0
      for (n, other) in slots.enumerated() {
        inverse[k, other] = b[l, n]
        crossInverse[k, other] = t[l, n]
      }
    }
    operations += m * m * count / 4
    return true
  }
}
