import ArgumentParser
import DistributedTraining
import RunSettings

/// Whole numbers with commas between them, or `none`, for options that are no settings.
struct IntegerList: ExpressibleByArgument {
  let values: [Int]

  init?(argument: String) {
    guard let values = [Int](settingText: argument) else { return nil }
    self.values = values
  }
}
