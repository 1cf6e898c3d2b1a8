import ConcreteAutoencoder
import Foundation
import Testing

@Suite struct ReportTemperatureTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let mode: String
    let start: Double
    let end: Double
    let epochs: Int
    let warmup: Int
    let stop: Int
    let values: [Double?]
    let undefinedEpochs: [Int]
    let overshootEpochs: [Int]

    var testDescription: String {
      "\(mode) \(start) -> \(end), \(epochs) epochs, warm-up \(warmup), stop \(stop)"
    }

    var schedule: TemperatureSchedule {
      var schedule = TemperatureSchedule()
      (schedule.start, schedule.end, schedule.unit) = (start, end, .epoch)
      schedule.annealing = mode == "exp" ? .exponential : .linear
      (schedule.warmupEpochs, schedule.stopAnneal) = (warmup, stop)
      return schedule
    }
  }

  struct File: Decodable { let cases: [Case] }

  static let cases: [Case] = {
    do { return try ReferenceCase.decode("temperature", as: File.self).cases } catch { return [] }
  }()

  @Test func casesAreThere() {
    #expect(Self.cases.count == 66)
    #expect(Self.cases.contains { !$0.undefinedEpochs.isEmpty })
    #expect(Self.cases.contains { !$0.overshootEpochs.isEmpty })
  }

  @Test("the report's values, held at the start where they overshoot", arguments: cases)
  func values(_ report: Case) throws {
    for (index, value) in report.values.enumerated() {
      guard let value else { continue }
      let epoch = index + 1
      let actual = report.schedule.temperature(epoch: epoch, plannedEpochs: report.epochs)
      let expected = report.overshootEpochs.contains(epoch) ? report.start : value
      #expect(abs(actual - expected) <= 1e-12 * expected, "epoch \(epoch): \(actual), not \(expected)")
    }
  }

  @Test("settings that divide by zero or leave no epoch to anneal are refused", arguments: cases)
  func validation(_ report: Case) throws {
    let annealedEpochs = report.epochs - report.warmup - (report.mode == "exp" ? 1 : 0)
    #expect(report.undefinedEpochs.isEmpty || annealedEpochs == 0)
    guard annealedEpochs <= 0 else {
      return try report.schedule.validate(plannedEpochs: report.epochs, stepsPerEpoch: 7)
    }
    let error = #expect(throws: ConfigurationError.self) {
      try report.schedule.validate(plannedEpochs: report.epochs, stepsPerEpoch: 7)
    }
    #expect(error?.option == (report.warmup > 0 ? "warmup-epochs" : "epochs"))
    #expect(error?.description.contains("no room to fall: \(report.epochs) epoch") == true)
  }

  @Test("every step of an epoch has its temperature, which holds after the plan", arguments: cases)
  func steps(_ report: Case) {
    for epoch in 1...report.epochs where report.undefinedEpochs.isEmpty {
      let expected = report.schedule.temperature(epoch: epoch, plannedEpochs: report.epochs)
      for step in [7 * (epoch - 1), 7 * epoch - 1] {
        let actual = report.schedule.temperature(
          step: step, stepsPerEpoch: 7, plannedEpochs: report.epochs)
        #expect(actual == expected, "step \(step)")
      }
      guard epoch == report.epochs else { continue }
      let after = report.schedule.temperature(
        step: 7 * epoch + 100, stepsPerEpoch: 7, plannedEpochs: epoch)
      #expect(after == expected)
    }
  }

  @Test(
    "published check values: 10 to 0.01 in 200 epochs",
    arguments: [
      (0, 1, 10.0), (0, 2, 9.65883), (0, 100, 0.32176), (0, 200, 0.01), (100, 101, 0.31079),
      (100, 102, 0.31079), (100, 200, 0.31079),
    ])
  func checkValues(stop: Int, epoch: Int, expected: Double) {
    var schedule = TemperatureSchedule()
    (schedule.start, schedule.end, schedule.unit, schedule.stopAnneal) = (10, 0.01, .epoch, stop)
    #expect(abs(schedule.temperature(epoch: epoch, plannedEpochs: 200) - expected) < 5e-6)
  }
}
