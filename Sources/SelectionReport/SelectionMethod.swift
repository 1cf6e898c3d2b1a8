/// Names of ways of selecting, as readers of results are told them.
package enum SelectionMethod {
  /// What a way is called that files and options know as `name`: "greedy", "search", "selectors".
  package static func title(_ name: String) -> String {
    switch name {
    case "result": "this selection"
    case "greedy": "forward selection with swaps"
    case "search": "local search"
    case "selectors": "the trained selectors"
    case "swaps": "the selectors, then swaps"
    case "random": "drawn at random"
    case "variance": "largest variance"
    case "pfa": "principal feature analysis"
    case "pca": "principal components (bound)"
    default: name
    }
  }
}
