extension BadInput {
  /// Options that are not known or whose values cannot be used.
  static let options: [BadInput] = [
    BadInput("unknown-subcommand", ["trian"], code: 2),
    BadInput("unknown-subcommand-of-data", ["data", "mnst"], code: 2),
    BadInput("unknown-subcommand-far-from-any", ["frobnicate"], code: 2),
    .train("keep-no-feature", "--keep", "pixel*", code: 3),
    .train("keep-and-never", "--keep", "12,13", "--never", "13"),
    .train("keep-too-many", "--keep", "1,2,3", "--k", "2"),
    .train("never-too-many", "--never", "@list.txt", "--k", "3") {
      try $0.write((2..<784).map(String.init).joined(separator: "\n"), to: "list.txt")
    },
    .train("never-without-assignment", "--never", "3", "--no-distinct"),
    .train("min-distance-negative", "--min-distance=-1"),
    .train("min-distance-too-large", "--min-distance", "20", "--k", "20"),
    .train("min-distance-keeps-neighbours", "--min-distance", "3", "--keep", "12,13"),
    .train("workers-none", "--workers", "0"),
    .train("budget-too-small", "--budget", "6", "--k", "7"),
    .train("costs-without-budget", "--costs", "costs.csv"),
    .train("costs-missing", "--costs", "nowhere.csv", "--budget", "9"),
    .train("costs-not-a-number", "--costs", "costs.csv", "--budget", "9") {
      try $0.write("feature,cost\n12,1.5\n13,cheap\n", to: "costs.csv")
    },
    .train("costs-of-no-feature", "--costs", "costs.csv", "--budget", "9", code: 3) {
      try $0.write("784,1.5\n", to: "costs.csv")
    },
    .train("one-of-without-group", "--one-of", "groups.csv") { try $0.write("12\n", to: "groups.csv") },
    .train("one-of-and-keep", "--one-of", "groups.csv", "--keep", "12,13") {
      try $0.write("12,a\n13,a\n", to: "groups.csv")
    },
    BadInput("stability-one-run", ["stability", "--data", "digits", "--runs", "1"], code: 2),
    BadInput("stability-ranks", ["stability", "--data", "digits", "--ranks-per-run", "2"], code: 2),
    .train("parametrization-unknown", "--parametrization", "implicit"),
    .train("indirect-size-with-direct", "--indirect-size", "8"),
    .train("indirect-with-initial-logits", "--parametrization", "indirect", "--initial-logits", "glorot"),
    .train("refit-share-negative", "--refit-share=-1"),
    .train("warm-start-missing", "--warm-start", "nowhere.csv"),
    .train("warm-start-no-feature", "--warm-start", "features.txt") {
      try $0.write("12\n784\n", to: "features.txt")
    },
    .train("warm-start-too-many", "--warm-start", "features.txt", "--k", "2") {
      try $0.write("1\n2\n3\n", to: "features.txt")
    },
    .train("unknown-option", "--batchsize", "3"),
    .train("unknown-option-capital", "-K", "3"),
    .train("unknown-option-far-from-any", "--frobnicate"),
    .train("unexpected-argument", "digits"),
    .train("missing-value", "--k"),
    .train("not-a-whole-number", "--epochs", "ten"),
    .train("not-a-number", "--learning-rate", "fast"),
    .train("not-a-list", "--hidden", "200,x"),
    .train("not-a-seed", "--seed", "1.5"),
    .train("not-a-choice", "--anneal", "quadratic"),
    .train("unknown-recipe", "--recipe", "best"),

    .train("micro-batches-above-batch", "--micro-batches", "129"),
    .train("micro-batches-too-large", "--batch-size", "300", "--micro-batches", "2"),
    .train("k-zero", "--k", "0"),
    .train("k-negative", "--k", "-3"),
    .train("k-above-features", "--k", "785"),
    .train("hidden-zero", "--hidden", "200,0"),
    .train("batch-size-zero", "--batch-size", "0"),
    .train("batch-size-above-rows", "--batch-size", "541"),
    .train("epochs-zero", "--epochs", "0"),
    .train("learning-rate-negative", "--learning-rate", "-0.001"),
    .train("learning-rate-not-finite", "--learning-rate", "nan"),
    .train("selector-learning-rate-negative", "--selector-learning-rate", "-0.1"),
    .train("decay-to-above-one", "--decay-to", "1.5"),
    .train("dropout-one", "--dropout", "1"),
    .train("logits-dropout-negative", "--logits-dropout=-0.1"),
    .train("gjs-weight-negative", "--gjs-weight=-1"),
    .train("noise-groups-negative", "--noise-groups=-1"),
    .train("noise-groups-above-batch-size", "--noise-groups", "65", "--batch-size", "64"),
    .train("temperature-start-zero", "--temperature-start", "0"),
    .train("temperature-end-zero", "--temperature-end", "0"),
    .train("temperature-end-negative", "--temperature-end=-1"),
    .train("temperature-end-above-start", "--temperature-start", "1", "--temperature-end", "2"),
    .train("temperature-not-finite", "--temperature-start", "inf"),
    .train("validation-fraction-one", "--validation-fraction", "1"),
    .train("validation-fraction-negative", "--validation-fraction=-0.1"),
    .train("validation-fraction-leaves-no-row", "--validation-fraction", "0.9999"),
    .train("checkpoint-every-negative", "--checkpoint-every=-1"),
    .train("log-every-zero", "--log-every", "0"),
    .train("stall-timeout-negative", "--stall-timeout=-1"),
    .train("snapshot-epochs-negative", "--snapshot-epochs=-5"),
    .train("warmup-negative", "--warmup-epochs=-1"),
    .train("stop-anneal-negative", "--stop-anneal=-1"),
    .train("schedule-epochs-above-epochs", "--epochs", "3", "--schedule-epochs", "4"),

    // Steps and sizes would not be numbers of 64 bits, or of 32 where there is noise for as many.
    .train("epochs-too-many", "--epochs", "9223372036854775807"),
    .train("epochs-of-too-many-steps", "--epochs", "2000000000"),
    .train("schedule-epochs-too-many", "--schedule-epochs", "9223372036854775807"),
    .train("warmup-too-long", "--warmup-epochs", "9223372036854775807"),
    .train("stop-anneal-too-late", "--stop-anneal", "9223372036854775807"),
    .train("batch-size-too-large", "--batch-size", "9223372036854775807"),
    .train("hidden-too-wide", "--hidden", "3000000000,3000000000"),

    // The schedule's formulas would divide by zero.
    .train("warmup-as-long-as-the-run", "--epochs", "3", "--warmup-epochs", "3"),
    .train("one-epoch-annealed-by-epoch", "--epochs", "1", "--anneal-per", "epoch"),
    .train("warmup-leaves-one-epoch", "--epochs", "3", "--warmup-epochs", "2", "--anneal-per", "epoch"),
    .train(
      "linear-warmup-as-long-as-the-run", "--epochs", "3", "--warmup-epochs", "3", "--anneal-per", "epoch",
      "--anneal", "linear"),
    .train("a-single-step", "--epochs", "1", "--batch-size", "540"),
  ]

  /// Configuration files that cannot be used.
  static let configurations: [BadInput] = [
    .train("config-missing", "--config", "settings.yaml"),
    .train("config-is-a-directory", "--config", "digits"),
    .config("config-unknown-key", "k: 8\nbatchsize: 3\n"),
    .config("config-key-far-from-any", "frobnicate: 3\n"),
    .config("config-wrong-type", "k: 8\nepochs: ten\n"),
    .config("config-not-a-choice", "anneal: quadratic\n"),
    .config("config-value-out-of-range", "k: 0\n"),
    .config("config-not-a-mapping", "- k\n- 8\n"),
    .config("config-nested", "k:\n  count: 8\n"),
    .config("config-not-yaml", "k: [8\n"),
    .config("config-repeats-a-key", "k: 8\nk: 9\n"),
    .config("config-unknown-recipe", "recipe: best\n"),
  ]

  private static func config(_ name: String, _ text: String) -> BadInput {
    .train(name, "--config", "settings.yaml") { try $0.write(text, to: "settings.yaml") }
  }
}
