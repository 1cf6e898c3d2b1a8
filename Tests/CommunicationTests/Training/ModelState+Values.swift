import DistributedTraining

extension ModelState {
  /// Copies of the parameters and both moments. As a method, so that the state outlives its buffers' pointers.
  func values() -> [[Float]] { [model.parameters, adam.first, adam.second].map { Array($0.elements) } }

  /// A copy of the parameters.
  func parameterValues() -> [Float] { values()[0] }
}

extension [Float] {
  /// For comparisons in which a NaN neither passes nor differs from itself.
  var bits: [UInt32] { map(\.bitPattern) }
}
