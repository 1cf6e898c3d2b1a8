import FeatureSelection

// Three sources; each drives four of the twelve sensors.
let values = (0..<400).flatMap { row in
  (0..<12).map { sensor in
    let source = Float((row * [31, 57, 83][sensor % 3]) % 101) / 101
    return source + Float((row * 7 + sensor * 13) % 11) / 200
  }
}

let (steps, channel) = AsyncStream.makeStream(of: StepProgress.self, bufferingPolicy: .bufferingNewest(1))
let training = Task {
  defer { channel.finish() }
  return try await FeatureSelector(k: 3).fit(values, featureCount: 12) { channel.yield($0) }
}
for await step in steps where step.step.isMultiple(of: 200) {
  print("step \(step.step), loss \(step.loss)")
}
print(try await training.value.selection.features.map(\.title))
