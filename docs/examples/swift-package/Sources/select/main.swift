import FeatureSelection

// 400 rows of 12 features: three that vary on their own, each with three that follow it.
let values = (0..<400).flatMap { row in
  (0..<12).map { feature in
    let source = Float((row * [31, 57, 83][feature % 3]) % 101) / 101
    return source + Float((row * 7 + feature * 13) % 11) / 200
  }
}

let (steps, channel) = AsyncStream.makeStream(of: StepProgress.self, bufferingPolicy: .bufferingNewest(1))
let training = Task {
  defer { channel.finish() }
  return try await FeatureSelector(k: 3).fit(values, featureCount: 12) { channel.yield($0) }
}
for await step in steps where step.step.isMultiple(of: 200) {
  print("step \(step.step), loss \(step.loss)")
  if CommandLine.arguments.contains("--cancel") { training.cancel() }
}
do {
  for feature in try await training.value.selection.features { print(feature.title, feature.probability) }
} catch is CancellationError {
  print("cancelled")
}
