import FeatureSelection

// Three sources; each drives four of the twelve sensors.
let values = (0..<400).flatMap { row in
  (0..<12).map { sensor in
    let source = Float((row * [31, 57, 83][sensor % 3]) % 101) / 101
    return source + Float((row * 7 + sensor * 13) % 11) / 200
  }
}

func selected() async throws -> [String] {
  let fitted = try await FeatureSelector(k: 3).fit(values, featureCount: 12)
  return fitted.selection.features.map(\.title)
}
print(try await selected())
