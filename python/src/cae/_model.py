"""A trained model without the program: model.safetensors, its scaling and its decoder in NumPy."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_LEAK = np.float32(0.2)
_NORM_EPSILON = np.float32(1e-5)
_BLOCK_ROWS = 4096


@dataclass
class StoredModel:
    """What rebuilds rows from the selected features."""

    task: str
    names: list[str] | None
    #: The decoder's inputs, in its order.
    features: np.ndarray
    #: The probability that each selector gives its feature.
    probabilities: np.ndarray
    offset: np.ndarray
    scale: np.ndarray
    #: What stands in for missing values of each feature; None where there must be none.
    fill: np.ndarray | None
    #: The classes' names, in the order of the outputs; None where the outputs are features.
    classes: list[str] | None
    #: Mean and standard deviation of the labels; None where they are no numbers.
    value_scaling: tuple[float, float] | None
    #: (weight [out, in], bias, gain and shift of a normalised layer) of each layer.
    layers: list[tuple[np.ndarray, np.ndarray, np.ndarray | None, np.ndarray | None]]

    @classmethod
    def read(cls, path: Path) -> StoredModel:
        """Reads ``model.safetensors``."""
        tensors, metadata = _read_safetensors(path)
        preprocessing = json.loads(metadata["preprocessing"])
        schema = json.loads(metadata["schema"])
        selection = json.loads(metadata["selection"])
        count = preprocessing["features"]

        def numbers(key: str) -> np.ndarray:
            # One number stands for all features where it is that of all.
            return np.broadcast_to(np.asarray(preprocessing[key], dtype=float), count).copy()

        return cls(
            task=metadata["task"],
            names=schema.get("names"),
            features=np.array(selection["features"], dtype=np.intp),
            probabilities=np.array(selection["probabilities"], dtype=float),
            offset=numbers("offset"),
            scale=numbers("scale"),
            fill=numbers("fill") if "fill" in preprocessing else None,
            classes=json.loads(metadata["classes"]) if metadata["task"] == "classify" else None,
            value_scaling=_value_scaling(metadata),
            layers=_layers(tensors),
        )

    @property
    def selected(self) -> np.ndarray:
        """The selected features, ascending, each once."""
        return np.unique(self.features)

    def scaled(self, values: np.ndarray, features: np.ndarray) -> np.ndarray:
        """``values`` of ``features`` [rows, features] as the model sees them, in float32."""
        values = np.asarray(values, dtype=np.float32)
        if self.fill is not None:
            values = np.where(np.isnan(values), self.fill[features].astype(np.float32), values)
        return (values - self.offset[features].astype(np.float32)) * self.scale[features].astype(np.float32)

    def outputs(self, values: np.ndarray) -> np.ndarray:
        """The decoder's outputs for the ``selected`` features' values in original units, [rows, selected]."""
        latent = self.scaled(values, self.selected)[:, np.searchsorted(self.selected, self.features)]
        blocks = [self._decode(latent[start : start + _BLOCK_ROWS]) for start in range(0, len(latent), _BLOCK_ROWS)]
        return np.concatenate(blocks)

    def labels(self, outputs: np.ndarray) -> np.ndarray:
        """The decoder's ``outputs`` in the units of the labels."""
        mean, deviation = self.value_scaling
        return outputs.astype(float) * deviation + mean

    def _decode(self, x: np.ndarray) -> np.ndarray:
        for place, (weight, bias, gain, shift) in enumerate(self.layers):
            x = x @ weight.T + bias
            if gain is not None:
                x = x - x.mean(axis=1, keepdims=True)
                x = x / np.sqrt((x * x).mean(axis=1, keepdims=True) + _NORM_EPSILON) * gain + shift
            if place < len(self.layers) - 1:
                x = np.where(x > 0, x, _LEAK * x)
        return x

    def rebuilt(self, values: np.ndarray) -> np.ndarray:
        """All features in original units from the ``selected`` ones' values; these stand as they are given."""
        values = np.asarray(values)
        dtype = values.dtype if values.dtype == np.float64 else np.float32
        rebuilt = (self.outputs(values) / self.scale + self.offset).astype(dtype)
        rebuilt[:, self.selected] = values
        return rebuilt


def _value_scaling(metadata: dict[str, str]) -> tuple[float, float] | None:
    if "value_scaling" not in metadata:
        return None
    scaling = json.loads(metadata["value_scaling"])
    return scaling["mean"], scaling["deviation"]


def _read_safetensors(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        values = np.frombuffer(data[8 + length + first : 8 + length + last], dtype="<f4")
        tensors[name] = values.reshape(entry["shape"])
    return tensors, metadata


def _layers(tensors: dict[str, np.ndarray]) -> list:
    places = sorted(int(found[1]) for name in tensors if (found := re.fullmatch(r"decoder\.(\d+)\.weight", name)))
    layers: list = []
    for place in places:
        weight, bias = tensors[f"decoder.{place}.weight"], tensors[f"decoder.{place}.bias"]
        if weight.ndim == 2:
            layers.append((weight, bias, None, None))
        else:
            layers[-1] = (*layers[-1][:2], weight, bias)
    return layers
