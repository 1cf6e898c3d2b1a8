/// A column of labels as it is read, from which follows whether they are classes or values.
struct TargetColumn {
  /// One place in `texts` a row; `nil` once there are more than classes can be.
  private var codes: [Int32]? = []
  private var texts: [String] = []
  private var places: [String: Int32] = [:]
  /// One number a row, as long as there is no other text.
  private var values: [Float]? = []

  /// The most different texts that are classes.
  static let classLimit = 1 << 16

  /// Takes the label of the next row, `number` where it is one; throws `LabelError` where there are too many classes.
  mutating func append(_ text: String, number: Float?) throws(LabelError) {
    if let number { values?.append(number) } else { values = nil }
    if codes != nil {
      if let place = places[text] {
        codes!.append(place)
      } else if texts.count < Self.classLimit {
        places[text] = Int32(texts.count)
        codes!.append(Int32(texts.count))
        texts.append(text)
      } else {
        codes = nil
      }
    }
    guard codes != nil || values != nil else { throw LabelError(limit: Self.classLimit) }
  }

  /// What all rows together are.
  func target() -> Target {
    if let values { return .column(values) }
    guard case .classes(let order, let names) = Target.classes(of: texts) else {
      preconditionFailure("classes")
    }
    return .classes(codes: codes!.map { order[Int($0)] }, names: names)
  }
}
