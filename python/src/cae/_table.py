"""A table as a file that the program reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

# The program reads no longer header.
_LONGEST_HEADER = 1 << 22
_BLOCK_BYTES = 1 << 24


def whole_file(X: Any) -> Path | None:
    """The NPY file that ``X`` maps as a whole and that holds what ``X`` holds; ``None`` where there is none."""
    if not isinstance(X, np.memmap) or X.filename is None or X.mode not in ("r", "r+"):
        return None
    if X.mode == "r+":
        X.flush()
    try:
        stored = np.load(X.filename, mmap_mode="r")
    except (OSError, ValueError):
        return None
    same = (X.shape, X.dtype, X.strides, X.offset) == (stored.shape, stored.dtype, stored.strides, stored.offset)
    return Path(X.filename) if same and X.ndim == 2 else None


def write_table(
    path: Path, X: Any, names: Sequence[str] | None = None, further: Mapping[str, np.ndarray] | None = None
) -> None:
    """Writes ``X`` [rows, features], an array or a SciPy sparse matrix of float32 or uint8, in C order as NPY.

    With ``names`` it is an array of records, whose fields the program takes for columns. ``further`` columns [rows], by
    names that change where a feature has them, come last, of the same type.
    """
    rows, features = X.shape
    last = dict(further or {})
    width = features + len(last)
    header = _header(rows, width, X.dtype, _field_names(names, list(last)))
    block = max(1, _BLOCK_BYTES // max(1, width * X.dtype.itemsize))
    with open(path, "wb") as file:
        file.write(header)
        for start in range(0, rows, block):
            values = X[start : start + block]
            if hasattr(values, "toarray"):
                values = values.toarray()
            if last:
                columns = [column[start : start + block].astype(X.dtype) for column in last.values()]
                values = np.column_stack([values, *columns])
            np.ascontiguousarray(values).tofile(file)


def _field_names(names: Sequence[str] | None, further: Sequence[str]) -> list[str] | None:
    if names is None or len(set(names)) < len(names) or "" in names:
        return None
    fields = list(names)
    for name in further:
        while name in fields:
            name += "_"
        fields.append(name)
    return fields


def _header(rows: int, width: int, dtype: np.dtype, names: list[str] | None) -> bytes:
    type_name = np.dtype(dtype).newbyteorder("<").str
    if names is not None:
        text = repr([(str(name), type_name) for name in names])
        shape = f"({rows},)"
    else:
        text, shape = repr(type_name), f"({rows}, {width})"
    body = f"{{'descr': {text}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    length = -(12 + len(body) + 1) % 64 + len(body) + 1
    if names is not None and length + 12 > _LONGEST_HEADER:
        return _header(rows, width, dtype, None)
    return b"\x93NUMPY\x03\x00" + length.to_bytes(4, "little") + body.ljust(length - 1) + b"\n"
