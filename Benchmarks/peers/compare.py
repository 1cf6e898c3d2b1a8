"""Runs `cae bench` and PyTorch in turn, several rounds, and prints medians and ratios. See scripts/bench-peers."""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--cae", required=True)
parser.add_argument("--ranks", type=int, default=2)
parser.add_argument("--batch", type=int, default=128)
parser.add_argument("--features", type=int, default=784)
parser.add_argument("--k", type=int, default=50)
parser.add_argument("--hidden", default="200")
parser.add_argument("--steps", type=int, default=200)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--per-row-noise", action="store_true")
parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out")
parser.add_argument("--whole-run", action="store_true",
                    help="also time the steps of whole default runs of cae, whose cost falls with the temperature")
parser.add_argument("--data", help="the table of whole runs, of as many features; one of 30 sources and noise is made unless given")
arguments = parser.parse_args()

shape = ["--features", str(arguments.features), "--k", str(arguments.k), "--hidden", arguments.hidden]
noise = ["--noise-groups", "0"] if arguments.per_row_noise else []
cae = ["bench", *shape, "--batch-size", str(arguments.batch), "--steps", str(arguments.steps), "--json", *noise]
peer = [str(here / "torch_step.py"), *shape, "--batch", str(arguments.batch), "--steps", str(arguments.steps // 2 or 1)]
peer += ["--per-row-noise"] if arguments.per_row_noise else []
contenders = {
    f"cae, {arguments.ranks} ranks": ["mpirun", "-n", str(arguments.ranks), arguments.cae, *cae],
    "cae, 1 process": [arguments.cae, *cae],
    "PyTorch, 1 thread": [sys.executable, *peer, "--threads", "1"],
    "PyTorch, all threads": [sys.executable, *peer, "--threads", str(arguments.ranks)],
    "PyTorch, DDP over gloo": [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", str(arguments.ranks),
                               *peer, "--threads", "1"],
}
if arguments.whole_run:
    contenders["cae, whole runs"] = "whole run"
if not arguments.no_compile:
    contenders["PyTorch, torch.compile"] = [sys.executable, *peer, "--threads", str(arguments.ranks), "--compile"]

# Kept until the program ends.
made = tempfile.TemporaryDirectory()


def table():
    """The table of whole runs: that which is given, or 40 batches of sums of 30 sources and noise."""
    if arguments.data:
        return arguments.data
    path = pathlib.Path(made.name) / "sources.npy"
    if not path.exists():
        import numpy
        random = numpy.random.default_rng(0)
        sources = random.normal(size=(40 * arguments.batch, 30)).astype("float32")
        weights = random.normal(size=(30, arguments.features)).astype("float32")
        noise = random.normal(size=(len(sources), arguments.features)).astype("float32")
        numpy.save(path, sources @ weights + 0.3 * noise)
    return str(path)


def run(command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}\nended with code {result.returncode}:\n{result.stderr[-2000:]}")
    return result.stdout


def measure(command):
    if command == "whole run":
        return measure_whole_run()
    text = run(command)
    parsed = json.loads(text[min(i for i in (text.find("["), text.find("{")) if i >= 0):])
    return parsed[0] if isinstance(parsed, list) else parsed


def measure_whole_run():
    """The mean milliseconds of a step over a whole default run, from its metrics."""
    with tempfile.TemporaryDirectory() as directory:
        run(["mpirun", "-n", str(arguments.ranks), arguments.cae, "train", "--data", table(), "--run-dir", f"{directory}/run",
             "-k", str(arguments.k), "--hidden", arguments.hidden, "--batch-size", str(arguments.batch),
             "--log-every", "10", "--no-report", "--no-compare", "--no-refit", *noise])
        lines = [json.loads(line) for line in open(f"{directory}/run/metrics.jsonl")]
    milliseconds, done = 0.0, 0
    for line in lines:
        milliseconds += line["step_ms"]["mean"] * (line["step"] - done)
        done = line["step"]
    return {"step_ms": milliseconds / done, "own_memory": float("nan"), "floor_share": float("nan")}


found = {name: [] for name in contenders}
for turn in range(arguments.rounds):
    for name, command in contenders.items():
        found[name].append(measure(command))
        print(f"round {turn + 1}/{arguments.rounds}  {name}: {found[name][-1]['step_ms']:.3f} ms", file=sys.stderr, flush=True)

first = next(iter(contenders))
print(f"{arguments.features} features, K {arguments.k}, decoder {arguments.hidden}, global batch {arguments.batch}; "
      f"medians of {arguments.rounds} rounds taken in turn")
print(f"{'':26}{'ms a step':>12}{'ratio to ' + first:>28}{'MB a process':>16}")
for name, results in found.items():
    ratios = [result["step_ms"] / base["step_ms"] for result, base in zip(results, found[first])]
    print(f"{name:26}{statistics.median(r['step_ms'] for r in results):12.3f}{statistics.median(ratios):28.2f}"
          f"{statistics.median(r['own_memory'] for r in results) / 1e6:16.0f}")
share = statistics.median(result["floor_share"] for result in found[first])
print(f"floor / step of {first}: {share:.2f}")
if arguments.whole_run:
    # A step of PyTorch's costs the same at any temperature.
    whole = found["cae, whole runs"]
    print("times as long as a step of whole runs: " + ", ".join(
        f"{name} {statistics.median(r['step_ms'] / w['step_ms'] for r, w in zip(results, whole)):.2f}"
        for name, results in found.items() if name.startswith("PyTorch")))
