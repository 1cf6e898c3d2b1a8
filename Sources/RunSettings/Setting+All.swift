import ConcreteAutoencoder
import Tables

extension Setting {
  /// Every setting, in the order of help, tables and files. A new one is a stored property and a line here.
  package static let all: [Setting] = [
    Setting("recipe", \.recipe, .start, "Settings to start from."),

    Setting(
      "data", \.data.path, .data,
      "The rows: a table of text (CSV and the like), NumPy (.npy, .npz), HDF5 (.h5ad, .h5; FILE:ARRAY names an array), IDX, a "
        + "directory with MNIST's files, or - for standard input; several of equal columns with commas between them or by the option again.",
      value: "path",
      emptyMeans: "$MNIST_DIR, else data/mnist", repeats: true, onResume: .free),
    Setting(
      "test", \.data.test, .data, "The rows to test on.", value: "path",
      emptyMeans: "the test part that the data bring, else --test-fraction of their rows",
      onResume: .free),
    Setting(
      "format", \.data.table.format, .data,
      "Format of the data: \(TableReaders.all.map(\.format).joined(separator: ", ")).",
      value: "name", emptyMeans: "told by the content", onResume: .free),
    Setting(
      "label", \.data.table.columns.label, .data,
      "The column with the rows' labels, by name or number; it is no feature.", value: "column",
      emptyMeans: "none"),
    Setting(
      "names", \.data.table.names, .data, "A file with the names of the columns, one a line.", value: "file"),
    Setting(
      "names-from", \.data.table.namesFrom, .data,
      "What the data have for names of columns: a column of var in AnnData, such as feature_name.",
      value: "column"),
    Setting(
      "transpose", \.data.table.transpose, .data,
      "Features stand in the rows of the file, samples in its columns."),
    Setting(
      "id", \.data.table.columns.id, .data, "The column with the rows' identifiers; it is no feature.",
      value: "column", emptyMeans: "none, or the first where it has no name"),
    Setting(
      "split", \.data.table.columns.split, .data,
      "The column that says of each row whether it is to train on, for validation or for the test.",
      value: "column",
      emptyMeans: "none"),
    Setting(
      "group", \.data.table.columns.group, .data,
      "The column with groups whose rows stay together when rows are held out; COLUMN:_ groups 'm3_1' and 'm3_2' by what "
        + "stands before the last _, also of --id.", value: "column",
      emptyMeans: "none"),
    Setting(
      "weight", \.data.table.columns.weight, .data,
      "The column with the rows' weights, 0 or more: how much each counts in losses, errors and means.",
      value: "column", emptyMeans: "none: all alike"),
    Setting(
      "include", \.data.table.columns.include, .data,
      "The columns that alone are features: names, patterns such as 'MT-*', or @FILE with one a line.",
      value: "columns"),
    Setting(
      "exclude", \.data.table.columns.exclude, .data, "Columns that are no features.", value: "columns"),
    Setting(
      "text-columns", \.data.table.columns.textColumns, .data, "What is done about other columns of text."),
    Setting(
      "separator", \.data.table.text.separator, .data, "What stands between the fields of a table of text."),
    Setting(
      "header", \.data.table.text.header, .data, "Whether the first row of a table of text holds names."),
    Setting("decimal", \.data.table.text.decimal, .data, "What stands before decimals in a table of text."),
    Setting(
      "missing-codes", \.data.table.text.missingCodes, .data,
      "What stands for missing values in a table of text, such as -999, beside empty fields, NA and the like.",
      value: "texts", emptyMeans: "none"),
    Setting(
      "cache", \.data.table.cache, .data,
      "Where tables are kept in the form to train from, once they are read.",
      value: "dir", emptyMeans: ".cae-cache beside the run directory", onResume: .free),
    Setting(
      "scale", \.data.scale, .data,
      "How features are scaled; auto: bytes by unit (1/255), numbers by standard.", value: "method"),
    Setting(
      "missing", \.data.missing, .data,
      "What is done about missing values: they end the run, the mean of the training rows stands in and counts (mean) or does not "
        + "count in losses and errors (observed), or rows or columns with one are left out."),
    Setting(
      "validation-fraction", \.data.validationFraction, .data,
      "Share of the training rows set aside for validation.", value: "fraction"),
    Setting(
      "test-fraction", \.data.testFraction, .data,
      "Share of the rows held out for testing where the data bring no test part.", value: "fraction"),

    Setting(
      "k", \.selector.k, .model, "K, the number of features to select.", value: "count", short: "k"),
    Setting("task", \.task, .model, "Rebuild all features, or find the row's label."),
    Setting(
      "hidden", \.decoder.hidden, .model, "Hidden layers of the decoder: 200 or 300,200 or none.",
      value: "units"),
    Setting("dropout", \.decoder.dropout, .model, "Dropout after each hidden layer.", value: "p"),
    Setting("layer-norm", \.decoder.layerNorm, .model, "Normalise each hidden layer before its activation."),
    Setting(
      "parametrization", \.selector.parametrization, .model,
      "What the selector's logits are: parameters (direct), or products of a vector for each selector with one for each feature "
        + "(indirect, as in IP-CAE)."),
    Setting(
      "indirect-size", \.selector.indirectLength, .model,
      "Length of these vectors; auto: \(SelectorConfiguration.automaticIndirectSize), or D where that is less.",
      value: "count"),
    Setting(
      "initial-logits", \.selector.initialLogits, .model,
      "How the selector's logits start where they are parameters."),
    Setting(
      "warm-start", \.warmStart, .model,
      "Start the selectors from these features: a selected.csv, or a feature's number a line.",
      value: "file"),
    Setting(
      "logits-dropout", \.selector.logitsDropout, .model, "Dropout on the selector's logits.", value: "p"),
    Setting("hard", \.selector.hard, .model, "Straight-through samples: one-hot forward, soft backward."),
    Setting(
      "gjs-weight", \.selector.gjsWeight, .model, "Weight of the diversity term (GJSD).", value: "weight"),
    Setting(
      "noise-groups", \.selector.noiseGroups, .model,
      "Groups of rows in a GLOBAL batch that have noise of their own; 0: each row.", value: "groups"),

    Setting(
      "epochs", \.training.epochCount, .training,
      "Passes over the training rows; auto: as many as selectors of these features need, at least 30.",
      value: "count", onResume: .free),
    Setting(
      "until-converged", \.training.untilConverged, .training,
      "Go on after the planned epochs until every selector has converged, ten rounds at the most: each is the second half of "
        + "the schedule again.", onResume: .free),
    Setting(
      "batch-size", \.training.batchRows, .training,
      "Rows of a GLOBAL batch, which the ranks share; auto: 128, or all where there are fewer.",
      value: "rows"),
    Setting(
      "learning-rate", \.optimizer.decoderRate, .training,
      "Learning rate of the decoder; auto: 0.006, or 0.009 for 2,000 planned steps or more.", value: "rate"),
    Setting(
      "selector-learning-rate", \.optimizer.selectorLearningRate, .training,
      "Learning rate of the selector's logits; divided by 3 sqrt(--indirect-size) for what indirect logits follow from.",
      value: "rate"),
    Setting("decay", \.optimizer.decay, .training, "How both rates run down."),
    Setting(
      "decay-to", \.optimizer.decayTo, .training, "What is left of both rates at the last step.",
      value: "fraction"),
    Setting(
      "schedule-epochs", \.training.scheduleEpochs, .training,
      "Epochs that temperature and rates are planned over; their last values hold after. 0: all.",
      value: "count", onResume: .free),
    Setting("seed", \.training.seed, .training, "Seed of everything random.", value: "number"),
    Setting(
      "row-draw", \.training.rowDraw, .training,
      "The training rows to train on, drawn by the seed: each once; as many with replacement; half of them.",
      value: "rows"),
    Setting(
      "on-nonfinite", \.training.onNonFinite, .training,
      "A step whose loss or gradient is not finite: stop (code 7), or skip its update, ten in a row at most.",
      value: "way",
      onResume: .free),

    Setting(
      "search", \.refinement.search, .refinement,
      "A search for features by linear regression: none; for candidates beside the selectors' choice; for their start as "
        + "well; auto: for their start unless a short trial is better without, by two standard errors and 1 %."
    ),
    Setting(
      "search-share", \.refinement.searchShare, .refinement,
      "How long the search may go on, as a share of training.", value: "fraction"),
    Setting(
      "keep", \.refinement.keep, .refinement,
      "Features that are selected in any case: names, numbers, patterns or @FILE.", value: "columns"),
    Setting(
      "never", \.refinement.never, .refinement,
      "Features that are never selected, but rebuilt like all others.", value: "columns"),
    Setting(
      "min-distance", \.refinement.minimumDistance, .refinement,
      "How far apart selected features are at the least: pixels of an image, or units of an axis that the names tell.",
      value: "distance"),
    Setting(
      "one-of", \.refinement.oneOf, .refinement,
      "Groups of features of which one at the most is selected: a file with a feature and its group a line.",
      value: "file", emptyMeans: "none"),
    Setting(
      "costs", \.refinement.costs, .refinement,
      "What features cost: a file with a feature and its cost a line; others cost 1.", value: "file",
      emptyMeans: "each costs 1"),
    Setting(
      "budget", \.refinement.budget, .refinement,
      "What the K selected features may cost together; 0: anything.", value: "cost"),
    Setting(
      "distinct", \.refinement.distinct, .refinement,
      "Give every selector a feature of its own (maximum-weight assignment)."),
    Setting(
      "refit", \.refinement.refit, .refinement,
      "Train the decoder on each candidate selection and keep the best on the validation rows."),
    Setting(
      "refit-share", \.refinement.refitShare, .refinement,
      "Steps for each candidate, as a share of training's.", value: "fraction"),
    Setting(
      "compare", \.refinement.compare, .refinement,
      "Compare the result with other ways of selecting, on held-out rows.", onResume: .free),

    Setting(
      "temperature-start", \.temperature.start, .temperature, "Temperature of the first step.", value: "T"),
    Setting("temperature-end", \.temperature.end, .temperature, "Temperature of the last step.", value: "T"),
    Setting("anneal", \.temperature.annealing, .temperature, "Course of the temperature.", value: "course"),
    Setting(
      "anneal-per", \.temperature.unit, .temperature, "How often the temperature changes.", value: "unit"),
    Setting(
      "warmup-epochs", \.temperature.warmupEpochs, .temperature,
      "Epochs before the temperature begins to fall.", value: "count"),
    Setting(
      "stop-anneal", \.temperature.stopAnneal, .temperature,
      "Epochs of annealing after which it freezes; 0: never.", value: "epochs"),

    Setting(
      "micro-batches", \.training.microBatches, .ranks,
      "Micro-batches of a batch, which decide the last bits; more ranks than micro-batches are idle; 0: by its size.",
      value: "count"),
    Setting(
      "share-memory", \.training.shareMemory, .ranks,
      "Let ranks of a node share one copy of the training state.", onResume: .free),
    Setting(
      "stall-timeout", \.output.stallTimeout, .ranks,
      "Seconds without progress after which a rank ends the job (code 8); 0: never.", value: "seconds",
      onResume: .free),

    Setting(
      "run-dir", \.output.runDirectory, .output, "Directory of the run's files; made if need be.",
      value: "dir", onResume: .free),
    Setting(
      "checkpoint-every", \.output.checkpointEvery, .output,
      "Steps between checkpoints; 0: at ends of epochs, 2 seconds apart at the least.", value: "steps",
      onResume: .free),
    Setting(
      "report", \.output.report, .output, "Write report.html, a page that shows the result, at the end.",
      onResume: .free),
    Setting(
      "snapshot-epochs", \.output.snapshotEpochs, .output,
      "Epochs after which rebuilt images are kept for the report, beside before and after training; none: none at all.",
      value: "epochs", onResume: .free),
    Setting(
      "log-every", \.output.logEvery, .output, "Steps between lines of metrics.", value: "steps",
      onResume: .free),
    Setting(
      "tensorboard", \.output.tensorBoard, .output,
      "Write the metrics for TensorBoard as well, with histograms of the selectors and rebuilt images.",
      onResume: .free),
  ]
}
