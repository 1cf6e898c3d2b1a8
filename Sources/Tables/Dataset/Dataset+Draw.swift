import CounterRandom

extension Dataset {
  /// The same with training rows drawn by `seed`: as many with replacement, or `share` of them without.
  package func drawing(withReplacement: Bool, share: Double, seed: UInt64) -> Dataset {
    var rows = split.training
    let stream = RandomStream(seed: seed, purpose: .rowDraw)
    if withReplacement {
      var generator = CounterGenerator(stream)
      rows = rows.map { _ in split.training.randomElement(using: &generator) ?? 0 }
    } else {
      rows.shuffle(by: stream)
      rows = Array(rows.prefix(max(1, Int((Double(rows.count) * share).rounded()))))
    }
    return dividing(RowSplit(training: rows.sorted(), validation: split.validation, test: split.test))
  }
}
