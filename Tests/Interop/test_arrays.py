"""NPY files of every kind, value by value against NumPy."""

import gzip
import io
import re

import numpy as np
import pandas as pd
import pytest
from conftest import cae

DTYPES = ["?", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"]


def values_of(dtype):
    """Twelve values that need all of a type's bytes."""
    if dtype == "?":
        return np.array([True, False] * 6)
    if dtype[0] == "f":
        return np.array([0, -0.0, 1, -1.5, 65504, 6e-8, 3.14159, 1e-3, -1e4, 0.1, 1 / 3, 2**-14]).astype(dtype)
    limits = np.iinfo(dtype)
    values = [
        0,
        1,
        2,
        3,
        100,
        limits.max,
        limits.min,
        limits.max // 3,
        limits.max - 1,
        7,
        limits.min // 2,
        limits.max // 255,
    ]
    return np.array(values, dtype=dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_types_and_orders(tmp_path, read, dtype, order, byte_order):
    array = np.array(values_of(dtype).reshape(4, 3), dtype=np.dtype(dtype).newbyteorder(byte_order), order=order)
    path = tmp_path / "x.npy"
    np.save(path, array)
    assert (b"'fortran_order': True" in path.read_bytes()) == (order == "F")
    np.testing.assert_array_equal(read(path, 3), array.astype(np.float32))


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_versions(tmp_path, read, version, order):
    array = np.array(np.random.default_rng(0).normal(size=(5, 4)), dtype=np.float32, order=order)
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version)
    (tmp_path / "x.npy").write_bytes(file.getvalue())
    np.testing.assert_array_equal(read(tmp_path / "x.npy", 4), array)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["u1", ">f8"])
def test_zipped(tmp_path, read, order, dtype):
    array = np.array(np.random.default_rng(0).integers(0, 256, size=(5, 4)), dtype=dtype, order=order)
    with gzip.open(tmp_path / "x.npy.gz", "wb") as file:
        np.save(file, array)
    np.testing.assert_array_equal(read(tmp_path / "x.npy.gz", 4), array.astype(np.float32))


def test_frames(tmp_path, read):
    """What pandas gives is in Fortran's order."""
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [1.5, np.nan, 3]})
    for array in (frame.to_numpy(), frame[["b", "a"]].astype("float32").to_numpy(), frame.T.to_numpy().T):
        np.save(tmp_path / "x.npy", array)
        np.testing.assert_array_equal(read(tmp_path / "x.npy", 2), array.astype(np.float32))


def test_more_dimensions(tmp_path, read):
    images = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
    for array in (images, np.asfortranarray(images)):
        np.save(tmp_path / "x.npy", array)
        np.testing.assert_array_equal(read(tmp_path / "x.npy", 12), images.reshape(2, 12))


@pytest.mark.parametrize("align", [False, True])
def test_records(tmp_path, read, align):
    dtype = np.dtype([("a", "<f4"), ("größe", ">i2"), ("c'd", "?"), ("e\n", "<f8"), ("f", "u1")], align=align)
    array = np.zeros(6, dtype=dtype)
    for number, name in enumerate(dtype.names):
        array[name] = np.arange(6) * (number + 1) % (2 if name == "c'd" else 100)
    path = tmp_path / "x.npy"
    np.save(path, array)
    expected = np.column_stack([array[name].astype(np.float32) for name in dtype.names])
    np.testing.assert_array_equal(read(path, 5), expected)
    array.dtype.names = ["a", "Ω", "c'd", "e\n", "f"]
    with pytest.warns(UserWarning):  # Names beyond Latin-1 need version 3.
        np.save(path, array)
    np.testing.assert_array_equal(read(path, 4, "--exclude", "Ω"), expected[:, [0, 2, 3, 4]])


def test_frames_as_records(tmp_path, read):
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(8, 3)), columns=["a", "b", "c"]).astype({"c": "float32"})
    np.save(tmp_path / "x.npy", frame.to_records(index=False))
    np.testing.assert_array_equal(read(tmp_path / "x.npy", 3), frame.to_numpy(dtype=np.float32))
    np.save(tmp_path / "x.npy", frame.to_records())
    np.testing.assert_array_equal(read(tmp_path / "x.npy", 3, "--exclude", "index"), frame.to_numpy(dtype=np.float32))


@pytest.mark.parametrize(
    "array, sentence",
    [
        (
            pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}).to_numpy(),
            "Python objects, not numbers; .*df.select_dtypes('number')",
        ),
        (np.array([[1, None]], dtype=object), "Python objects"),
        (pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}).to_records(), "field 'b' holds Python objects"),
        (np.array([["a", "b"]]), "holds text, not numbers"),
        (np.array([[b"a", b"b"]]), "holds text, not numbers"),
        (np.array([[1 + 2j, 3]]), "values of type <c16"),
        (np.array([["2024-01-01"]], dtype="M8[D]"), "values of type <M8"),
        (np.zeros(5), "a table needs at least 2 dimensions"),
        (np.float32(3), "at least 2 dimensions"),
        (np.zeros((0, 4)), "dimension 0 is 0"),
        (np.zeros((3, 2), dtype=[("a", "f4")]), "records with 2 dimensions"),
        (np.zeros(3, dtype=[("a", "f4", (2,))]), "no single number"),
    ],
)
def test_what_is_refused(tmp_path, read, array, sentence):
    path = tmp_path / "x.npy"
    np.save(path, array)
    said = read(path, 2, code=3)
    assert re.search(sentence.replace("(", r"\(").replace(")", r"\)"), said), said


def test_damage(tmp_path, read):
    path = tmp_path / "x.npy"
    np.save(path, np.zeros((30, 2)))
    whole = path.read_bytes()
    damaged = [
        (whole[:-1], "cut short"),
        (whole + b"\0", "too long"),
        (whole * 2, "too long"),
        (whole[:50], "inside its header"),
        (whole[:6] + b"\x09" + whole[7:], "version 9"),
        (whole.replace(b"fortran_order", b"fortran_odder"), "damaged"),
        (whole.replace(b"(30, 2)", b"(30,-2)"), "0"),
    ]
    for content, sentence in damaged:
        path.write_bytes(content)
        assert sentence in read(path, 2, code=3), sentence


def test_a_label_column(tmp_path):
    """Classes in a column of the array: by number, or by the field's name."""
    generator = np.random.default_rng(0)
    table = np.column_stack([generator.normal(size=(60, 3)), generator.integers(0, 3, size=60)]).astype(np.float32)
    np.save(tmp_path / "x.npy", table)
    np.save(tmp_path / "named.npy", np.rec.fromarrays(table.T, names="a,b,c,kind"))
    short = ["--epochs", 5, "--search", "none", "--no-refit", "--no-compare", "-k", 2, "--task", "classify"]
    for name, label in [("x", 3), ("named", "kind")]:
        cae("train", "--data", tmp_path / f"{name}.npy", "--label", label, "--run-dir", tmp_path / name, *short)
    first, second = ((tmp_path / name / "selected.csv").read_text().splitlines() for name in ("x", "named"))
    assert [line.split(",")[1] for line in first] == [line.split(",")[1] for line in second]
