"""Times one training step of a concrete autoencoder in PyTorch on synthetic rows, as `cae bench` does.

  python3 torch_step.py --batch 128 --threads 2
  torchrun --nproc-per-node 2 torch_step.py --batch 128 --threads 1      (DistributedDataParallel over gloo)

Prints one JSON object: the median, 10th and 90th percentile of the milliseconds a step.
"""
import argparse
import json
import os
import sys
import time

import torch
from torch import nn
from torch.nn import functional

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--features", type=int, default=784)
parser.add_argument("--k", type=int, default=50)
parser.add_argument("--hidden", default="200", help="units with commas between them, or none")
parser.add_argument("--batch", type=int, default=128, help="rows of the GLOBAL batch")
parser.add_argument("--steps", type=int, default=100)
parser.add_argument("--warmup", type=int, default=10)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--compile", action="store_true", help="torch.compile")
parser.add_argument("--per-row-noise", action="store_true", help="Gumbel noise of its own for every row")
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)
torch.manual_seed(0)
rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
if world > 1:
    torch.distributed.init_process_group("gloo")


def own_memory():
    """Bytes of this process's memory, what it shares divided between those that share it."""
    with open("/proc/self/smaps_rollup") as lines:
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


class Model(nn.Module):
    """Selector and decoder; one noise matrix a batch, or one a row."""

    def __init__(self):
        super().__init__()
        self.logits = nn.Parameter(0.02 * torch.rand(arguments.k, arguments.features) - 0.01)
        hidden = [] if arguments.hidden == "none" else [int(units) for units in arguments.hidden.split(",")]
        layers, inputs = [], arguments.k
        for units in hidden:
            layers += [nn.Linear(inputs, units), nn.LeakyReLU(0.2)]
            inputs = units
        self.decoder = nn.Sequential(*layers, nn.Linear(inputs, arguments.features))

    def forward(self, x, temperature):
        if arguments.per_row_noise:
            logits = self.logits.expand(x.shape[0], -1, -1)
            latent = torch.einsum("bkd,bd->bk", functional.gumbel_softmax(logits, tau=temperature), x)
        else:
            latent = functional.linear(x, functional.gumbel_softmax(self.logits, tau=temperature))
        return self.decoder(latent)


model = Model()
trained = nn.parallel.DistributedDataParallel(model) if world > 1 else model
if arguments.compile:
    trained = torch.compile(trained)
optimizer = torch.optim.Adam([
    {"params": [model.logits], "lr": 0.1},
    {"params": list(model.decoder.parameters()), "lr": 0.006},
])
local = arguments.batch // world
rows = torch.rand(local * 8, arguments.features)
times = []
for step in range(arguments.warmup + arguments.steps):
    start = time.perf_counter()
    x = rows[torch.randint(len(rows), (local,))]
    optimizer.zero_grad()
    functional.mse_loss(trained(x, 1.0), x).backward()
    optimizer.step()
    if step >= arguments.warmup:
        times.append(1e3 * (time.perf_counter() - start))
times.sort()
if rank == 0:
    print(json.dumps({
        "step_ms": times[len(times) // 2], "step_ms_p10": times[len(times) // 10],
        "step_ms_p90": times[len(times) * 9 // 10],
        "own_memory": own_memory(),
        "torch": torch.__version__,
    }))
if world > 1:
    sys.stdout.flush()
    torch.distributed.barrier()
    # Gloo's threads now and then abort a process that takes its group down; all is measured and printed.
    os._exit(0)
