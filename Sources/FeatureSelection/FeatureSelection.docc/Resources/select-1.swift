import FeatureSelection

// Three sources; each drives four of the twelve sensors.
let names = (0..<12).map { "sensor \($0)" }
let values = (0..<400).flatMap { row in
  (0..<12).map { sensor in
    let source = Float((row * [31, 57, 83][sensor % 3]) % 101) / 101
    return source + Float((row * 7 + sensor * 13) % 11) / 200
  }
}
