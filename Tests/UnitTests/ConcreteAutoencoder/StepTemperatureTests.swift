import ConcreteAutoencoder
import Foundation
import Testing

@Suite struct StepTemperatureTests {
  static let stepsPerEpoch = 9
  static let epochs = 12

  /// Annealing, warm-up epochs, epochs after which it freezes.
  static let plans: [(Annealing, Int, Int)] = Annealing.allCases.flatMap { annealing in
    [(annealing, 0, 0), (annealing, 3, 0), (annealing, 0, 5), (annealing, 3, 5), (annealing, 11, 0)]
  }

  private func schedule(_ annealing: Annealing, _ warmup: Int, _ stop: Int) -> TemperatureSchedule {
    var schedule = TemperatureSchedule()
    (schedule.start, schedule.end) = (5, 0.05)
    (schedule.annealing, schedule.warmupEpochs, schedule.stopAnneal) = (annealing, warmup, stop)
    return schedule
  }

  private func temperatures(_ schedule: TemperatureSchedule) -> [Double] {
    (0..<Self.epochs * Self.stepsPerEpoch).map {
      schedule.temperature(step: $0, stepsPerEpoch: Self.stepsPerEpoch, plannedEpochs: Self.epochs)
    }
  }

  @Test("falls from start to end without a rise", arguments: plans)
  func course(annealing: Annealing, warmup: Int, stop: Int) throws {
    let schedule = schedule(annealing, warmup, stop)
    try schedule.validate(plannedEpochs: Self.epochs, stepsPerEpoch: Self.stepsPerEpoch)
    let values = temperatures(schedule)
    let annealed = values.dropFirst(warmup * Self.stepsPerEpoch)
    #expect(values.first == 5)
    #expect(values.prefix(warmup * Self.stepsPerEpoch + 1).allSatisfy { $0 == 5 }, "warm-up")
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 })
    if stop == 0 {
      #expect(abs((annealed.last ?? 0) - 0.05) < 1e-15)
      #expect(zip(annealed, annealed.dropFirst()).allSatisfy { $0 > $1 })
    } else {
      let moving = annealed.prefix(stop * Self.stepsPerEpoch + 1)
      #expect(zip(moving, moving.dropFirst()).allSatisfy { $0 > $1 })
      #expect(annealed.dropFirst(stop * Self.stepsPerEpoch).allSatisfy { $0 == moving.last })
      #expect((moving.last ?? 0) > 0.05)
    }
    for late in [0, 1, 1000] {
      let after = schedule.temperature(
        step: values.count + late, stepsPerEpoch: Self.stepsPerEpoch, plannedEpochs: Self.epochs)
      #expect(after == values.last)
    }
  }

  @Test("equal ratios, or equal differences, between steps", arguments: Annealing.allCases)
  func spacing(annealing: Annealing) {
    let values = temperatures(schedule(annealing, 0, 0))
    let last = Double(values.count - 1)
    for (step, value) in values.enumerated() {
      let progress = Double(step) / last
      let expected = annealing == .linear ? 5 - 4.95 * progress : 5 * exp(progress * log(0.01))
      #expect(abs(value - expected) < 1e-13, "step \(step)")
    }
  }

  @Test("a constant temperature is allowed")
  func constant() throws {
    var schedule = TemperatureSchedule()
    (schedule.start, schedule.end) = (1, 1)
    try schedule.validate(plannedEpochs: 2, stepsPerEpoch: 3)
    #expect((0..<6).allSatisfy { schedule.temperature(step: $0, stepsPerEpoch: 3, plannedEpochs: 2) == 1 })
  }

  @Test(
    "plans with nothing to anneal are refused",
    arguments: [(1, 1, 0), (4, 5, 4), (4, 5, 6), (2, 1, 1)])
  func refused(epochs: Int, stepsPerEpoch: Int, warmup: Int) {
    #expect(throws: ConfigurationError.self) {
      try schedule(.exponential, warmup, 0).validate(plannedEpochs: epochs, stepsPerEpoch: stepsPerEpoch)
    }
  }
}
