"""HDF5 files damaged anywhere: libhdf5 may crash or loop on them, the program reads them or refuses them."""

import os
import random
import subprocess

import pytest
from conftest import PROGRAM
from scipy import sparse
from test_cells import MATRIX, cells

RUNS = int(os.environ.get("CAE_HDF5_MUTATIONS", "20"))
SEED = int(os.environ.get("CAE_MUTATION_SEED", "1"))


def mutated(data, chance):
    """`data` with some bytes, or a run of them, overwritten, or cut short."""
    data = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        place = chance.randrange(len(data))
        data[place] = chance.choice([0, 255, chance.randrange(256), data[place] ^ 1 << chance.randrange(8)])
    if chance.random() < 0.1:
        del data[chance.randrange(len(data)) :]
    if chance.random() < 0.1 and len(data) > 64:
        place = chance.randrange(len(data) - 32)
        data[place : place + 32] = chance.randbytes(32)
    return bytes(data)


@pytest.mark.parametrize("packing", [None, "gzip"])
@pytest.mark.parametrize("layout", [sparse.csr_matrix, sparse.csc_matrix, lambda matrix: matrix.toarray()])
def test_damage(tmp_path, packing, layout):
    whole = tmp_path / "whole.h5ad"
    cells(layout(MATRIX)).write_h5ad(whole, compression=packing)
    chance = random.Random(SEED)
    codes = {0: 0, 3: 0}
    for number in range(RUNS):
        path = tmp_path / "damaged.h5ad"
        path.write_bytes(mutated(whole.read_bytes(), chance))
        ended = subprocess.run(
            [PROGRAM, "data", "convert", path, tmp_path / "out.npy", "--label", "kind"],
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "CAE_HDF5_SECONDS": "4"},
        )
        assert ended.returncode in codes, f"run {number}: {ended}"
        error = ended.stderr.splitlines()[-1] if ended.stderr else ""
        assert ended.returncode == 0 or (error.startswith("cae: error: ") and str(path) in error), ended.stderr
        codes[ended.returncode] += 1
    assert codes[0] and codes[3], "no mutation was read, or none refused"
