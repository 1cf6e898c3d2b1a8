import ConcreteAutoencoder
import Testing

@Suite struct RateDecayTests {
  private func factors(_ decay: RateDecay, to floor: Double, steps: Int) -> [Double] {
    var configuration = OptimizerConfiguration()
    (configuration.decay, configuration.decayTo) = (decay, floor)
    return (0..<steps + 5).map { configuration.rateFactor(step: $0, plannedSteps: steps) }
  }

  @Test("half a cosine from 1 to the floor, held after the plan", arguments: [0, 0.05, 0.5, 1])
  func cosine(floor: Double) {
    let values = factors(.cosine, to: floor, steps: 101)
    #expect(values[0] == 1)
    #expect(abs(values[50] - (1 + floor) / 2) < 1e-15)
    #expect(abs(values[25] - (floor + (1 - floor) * (2 + 2.0.squareRoot()) / 4)) < 1e-15)
    #expect(values[100...].allSatisfy { abs($0 - floor) < 1e-15 })
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 })
  }

  @Test func noDecayKeepsTheRate() {
    #expect(factors(.none, to: 0.1, steps: 20).allSatisfy { $0 == 1 })
  }

  @Test("a plan of one step or none has the full rate", arguments: [0, 1])
  func tinyPlan(steps: Int) {
    #expect(factors(.cosine, to: 0.1, steps: steps).allSatisfy { $0 == 1 })
  }
}
