"""Runs `cae bench` and PyTorch in turn, several rounds, and prints medians and ratios. See scripts/bench-peers."""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

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
arguments = parser.parse_args()

shape = ["--features", str(arguments.features), "--k", str(arguments.k), "--hidden", arguments.hidden]
noise = ["--noise-groups", "0"] if arguments.per_row_noise else []
cae = ["bench", *shape, "--batch-size", str(arguments.batch), "--steps", str(arguments.steps), "--format", "json", *noise]
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
if not arguments.no_compile:
    contenders["PyTorch, torch.compile"] = [sys.executable, *peer, "--threads", str(arguments.ranks), "--compile"]


def measure(command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}\nended with code {result.returncode}:\n{result.stderr[-2000:]}")
    text = result.stdout
    parsed = json.loads(text[min(i for i in (text.find("["), text.find("{")) if i >= 0):])
    return parsed[0] if isinstance(parsed, list) else parsed


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
