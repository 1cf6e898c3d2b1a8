import ConcreteAutoencoder
import DistributedTraining
import Foundation
import RunStore
import Testing

@Suite struct RunProgressTests {
  /// A line of metrics as a run writes it; at the end of an epoch with a validation and two selectors.
  static func line(step: Int, epoch: Int, validation: Double? = nil, loss: Double = 0.5, rate: Double = 9)
    -> String
  {
    let ends = validation.map {
      #","validation_mse":\#($0),"selectors":{"features":[1,2],"probabilities":[0.95,0.3]}"#
    }
    return
      #"{"distinct":2,"epoch":\#(epoch),"gjs":0,"learning_rate":0.1,"loss":\#(loss),"mean_max":0.5,"mse":1,"#
      + #""rows_per_second":\#(rate),"selector_learning_rate":0.1,"step":\#(step),"#
      + #""step_ms":{"max":2,"mean":1},"temperature":1.25\#(ends ?? "")}"#
  }

  private func record(_ line: String) throws -> MetricsRecord {
    try JSONDecoder().decode(MetricsRecord.self, from: Data(line.utf8))
  }

  @Test("the best validation, converged selectors and the plan are kept from epochs' ends")
  func keeps() throws {
    var progress = RunProgress(epochs: 4, selectors: 2)
    progress.take(try record(Self.line(step: 50, epoch: 1)))
    #expect(progress.totalSteps == nil)
    progress.take(try record(Self.line(step: 100, epoch: 1, validation: 0.25)))
    progress.take(try record(Self.line(step: 200, epoch: 2, validation: 0.375)))
    progress.take(try record(Self.line(step: 250, epoch: 3)))
    #expect(progress.totalSteps == 400)
    #expect(
      progress.line(step: 250, epoch: 3, secondsLeft: 0.15)
        == "epoch 3/4  step 250  loss 0.50000  best 0.25000  2 distinct  1/2 sure  T 1.25  9 rows/s  1 s left"
    )
  }

  @Test(
    "no line is wider than is asked for, nor than 100; where and how long come last to go",
    arguments: [20, 60, 80, 500])
  func width(_ width: Int) throws {
    var progress = RunProgress(epochs: 100_000, selectors: 1_000)
    progress.take(
      try record(Self.line(step: 99_999_000, epoch: 99_999, validation: 123.456, loss: 1e12, rate: 1e9)))
    let line = progress.line(step: 99_999_000, epoch: 99_999, secondsLeft: 1e8, width: width)
    #expect(line.count <= min(width, 100), "\(line)")
    #expect(line.hasPrefix("epoch 99999/100000"))
    if width >= 60 { #expect(line.hasSuffix("h left") && line.contains("best"), "\(line)") }
  }

  @Test("times are told in the unit that says enough")
  func durations() {
    let found = [0, 0.2, 99, 100, 5_400, 6_000, 1e5, .infinity, .nan].map(RunProgress.duration)
    #expect(found == ["0 s", "1 s", "99 s", "2 min", "90 min", "1.7 h", "27.8 h", "?", "?"])
  }
}
