"""NPZ, HDF5 and AnnData as NumPy, SciPy, h5py and anndata write them."""

import json

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest
from conftest import cae
from scipy import sparse
from test_real_tables import packaged

MATRIX = sparse.random(60, 45, density=0.1, dtype=np.float32, random_state=3).tocsr()
GENES = [f"g{number}" for number in range(45)]
CELLS = [f"c{number}" for number in range(60)]


def cells(matrix):
    obs = pd.DataFrame({"kind": pd.Categorical(["a", "b", "c"] * 20), "depth": np.arange(60.0)}, index=CELLS)
    var = pd.DataFrame({"symbol": [gene.upper() for gene in GENES]}, index=GENES)
    return anndata.AnnData(matrix, obs=obs, var=var)


@pytest.mark.parametrize("layout", [sparse.csr_matrix, sparse.csc_matrix])
@pytest.mark.parametrize("kind", ["npz", "packed npz", "h5ad"])
def test_a_sparse_matrix_stays_sparse(tmp_path, kind, layout):
    path, output = tmp_path / f"m.{kind.split()[-1]}", tmp_path / "staged.npy"
    if kind == "h5ad":
        cells(layout(MATRIX)).write_h5ad(path)
    else:
        sparse.save_npz(path, layout(MATRIX), compressed=kind != "npz")
    assert f"sparse: {MATRIX.nnz} values other than 0" in cae("data", "convert", path, output)
    parts = [np.load(tmp_path / f"staged{part}.npy") for part in ("", ".columns", ".starts")]
    assert (sparse.csr_matrix(tuple(parts), shape=MATRIX.shape) != MATRIX).nnz == 0


@pytest.mark.parametrize("layout", [np.asarray, sparse.csr_matrix, sparse.csc_matrix])
def test_anndata(tmp_path, read, convert, layout):
    table = cells(layout(MATRIX.toarray()))
    table.layers["twice"] = layout(2 * MATRIX.toarray())
    table.raw = table[:, :40]
    path = tmp_path / "cells.h5ad"
    table.write_h5ad(path, compression="gzip")
    np.testing.assert_array_equal(read(path, 45), MATRIX.toarray())
    np.testing.assert_array_equal(read(f"{path}:layers/twice", 45), 2 * MATRIX.toarray())
    np.testing.assert_array_equal(read(f"{path}:raw/X", 40), MATRIX.toarray()[:, :40])
    found = convert(path, "--label", "kind", "--names-from", "symbol")
    assert found.names == [gene.upper() for gene in GENES] and found.ids == CELLS
    assert [found.classes[code] for code in found.labels] == ["a", "b", "c"] * 20
    assert convert(path, "--label", "depth", "--include", "g1*").names == [gene for gene in GENES if gene[1] == "1"]


@pytest.mark.parametrize("dtype", ["u1", "i4", "f2", "f4", "f8"])
@pytest.mark.parametrize("packing", [{}, {"compression": "gzip", "chunks": (7, 5)}, {"shuffle": True, "chunks": True}])
def test_arrays_in_hdf5(tmp_path, read, dtype, packing):
    values = (np.arange(60 * 9) % 200).reshape(60, 9).astype(dtype)
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("deep/in/x", data=values, **packing)
        file.create_dataset("deep/y", data=np.zeros((3, 2)))
    np.testing.assert_array_equal(read(f"{path}:/deep/in/x", 9), values.astype("f4"))
    assert "deep/in/x (60 x 9)" in cae("data", "convert", path, tmp_path / "x.npy", code=3)


def test_a_filter_that_cannot_be_undone_is_named(tmp_path):
    path = tmp_path / "lzf.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=np.zeros((60, 9)), compression="lzf")
    assert "is packed by lzf" in cae("data", "convert", path, tmp_path / "x.npy", code=3)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_savez(tmp_path, read, convert, save):
    path = tmp_path / "a.npz"
    save(path, X=MATRIX.toarray(), names=np.array(GENES), kind=np.array(["u", "v"] * 30))
    np.testing.assert_array_equal(read(path, 45), MATRIX.toarray())
    found = convert(path, "--label", "kind")
    assert found.names == GENES and found.classes == ["u", "v"]


def test_cells_of_scanpy_in_the_older_layout(tmp_path, convert):
    path = packaged("scanpy", "datasets/10x_pbmc68k_reduced.h5ad")
    found = convert(path, "--label", "bulk_labels")
    expected = anndata.read_h5ad(path)
    np.testing.assert_array_equal(found.values, expected.X)
    assert found.names == list(expected.var_names) and found.ids == list(expected.obs_names)
    assert [found.classes[code] for code in found.labels] == list(expected.obs["bulk_labels"])
    raw = f"{path}:raw/X"
    said = cae("data", "convert", raw, tmp_path / "raw.npy")
    parts = [np.load(tmp_path / f"raw{part}.npy") for part in ("", ".columns", ".starts")]
    kept = sparse.csr_matrix(tuple(parts), shape=expected.raw.X.shape)
    assert "sparse:" in said and (kept != expected.raw.X.tocsr()).nnz == 0


def test_sparse_and_dense_rows_train_to_the_same_bytes(tmp_path):
    sparse.save_npz(tmp_path / "s.npz", MATRIX)
    np.save(tmp_path / "d.npy", MATRIX.toarray())
    models = []
    for name in ("s.npz", "d.npy"):
        run = tmp_path / name.split(".")[0]
        options = ["-k", 5, "--epochs", 20, "--workers", 1, "--run-dir", run]
        cae("train", "--data", tmp_path / name, *options)
        result = json.loads((run / "result.json").read_text())
        models.append((result["selection"], result["errors"]))
    assert models[0] == models[1]


def test_few_bytes_do_not_fill_the_memory(tmp_path):
    rows = 1 << 26
    path = tmp_path / "bomb.npz"
    np.savez_compressed(
        path, data=np.ones(1, "f4"), indices=np.zeros(1, "i4"), indptr=np.zeros(rows + 1, "i4"), shape=(rows, 3), format=b"csr"
    )
    assert "indptr.npy: unpacks from" in cae("data", "convert", path, tmp_path / "out.npy", code=3)
