/// More classes than a column of classes has.
struct LabelError: Error {
  let limit: Int

  /// The same with its place.
  func content(path: String, place: String) -> DataError {
    .content(
      path: path, place: place,
      problem: "more than \(limit) different labels; is it the column that holds the classes?")
  }
}
