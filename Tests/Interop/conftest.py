"""The program's readers and writers against those of pandas, NumPy and safetensors."""

import json
import os
import subprocess
from dataclasses import dataclass

import numpy as np
import pytest
from safetensors.numpy import save_file

PROGRAM = os.environ["CAE_PROGRAM"]


def cae(*arguments, code=0):
    """Runs the program; returns what it printed, or its sentence where it ends with another `code` than 0."""
    result = subprocess.run([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True)
    said = result.stderr.decode(errors="replace")
    assert result.returncode == code, said
    return said if code else result.stdout.decode()


@dataclass
class Converted:
    """What `cae data convert` wrote."""

    values: np.ndarray
    names: list | None
    labels: np.ndarray | None
    classes: list | None
    ids: list | None
    missing: list | None
    notes: list


@pytest.fixture
def convert(tmp_path):
    """Converts a file of text."""

    def run(path, *options):
        output = tmp_path / "converted.npy"
        cae("data", "convert", path, output, *options)
        sidecar = json.loads(output.with_suffix(".json").read_text())
        label = sidecar.get("label")
        identifiers = sidecar.get("identifiers")
        return Converted(
            values=np.load(output),
            names=sidecar["schema"].get("names"),
            labels=np.load(tmp_path / label["file"]) if label else None,
            classes=label.get("classes") if label else None,
            ids=(tmp_path / identifiers).read_text().splitlines() if identifiers else None,
            missing=sidecar.get("missing"),
            notes=sidecar["notes"],
        )

    return run


@pytest.fixture
def read(tmp_path):
    """All values of a table as the program reads them: a model whose selectors have a column each passes them on."""

    def run(path, width, *options, code=0):
        model = tmp_path / f"identity-{width}.safetensors"
        identity = np.eye(width, dtype=np.float32)
        bias = np.zeros(width, dtype=np.float32)
        tensors = {"encoder.logits": 9 * identity, "decoder.0.weight": identity, "decoder.0.bias": bias}
        save_file(tensors, model, metadata={"task": "reconstruct"})
        output = tmp_path / "read.npy"
        said = cae("transform", model, "--input", path, "--output", output, *options, code=code)
        return said if code else np.load(output)

    return run
