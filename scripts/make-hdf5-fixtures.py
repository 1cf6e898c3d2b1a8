#!/usr/bin/env python3
"""Writes the HDF5 files that the unit tests read: scripts/make-hdf5-fixtures.py (needs h5py and scipy).

One table in AnnData's layout of today and in the older one, and as CellRanger writes it, a few kB each.
"""
import os

import h5py
import numpy as np
import scipy.sparse as sp

X = np.array([[1, 0, 2], [0, 0, 3], [4, 5, 0], [0, 6, 0]], "f4")
folder = os.path.join(os.path.dirname(__file__), "..", "Tests", "UnitTests", "Fixtures")
genes = ["ENSG1", "ENSG2", "ENSG3"]
cells = ["cell1", "cell2", "cell3", "cell4"]
text = h5py.string_dtype()


def attributes(group, **values):
    for name, value in values.items():
        group.attrs[name.replace("_type", "-type")] = value


def sparse(parent, name, matrix, kind):
    group = parent.create_group(name)
    attributes(group, encoding_type=kind, shape=np.array(matrix.shape))
    for part in ("data", "indices", "indptr"):
        group[part] = getattr(matrix, part)


with h5py.File(os.path.join(folder, "small.h5ad"), "w", libver=("v108", "v108")) as file:
    attributes(file, encoding_type="anndata")
    file["X"] = X
    layers = file.create_group("layers")
    sparse(layers, "csr", sp.csr_matrix(X), "csr_matrix")
    sparse(layers, "csc", sp.csc_matrix(X), "csc_matrix")
    layers.create_dataset("gzip", data=X, chunks=(3, 2), compression="gzip")
    var = file.create_group("var")
    attributes(var, encoding_type="dataframe", _index="_index")
    var.create_dataset("_index", data=genes, dtype=text)
    var.create_dataset("feature_name", data=["CD3", "MT-1", "MT-1"], dtype=text)
    obs = file.create_group("obs")
    attributes(obs, encoding_type="dataframe", _index="barcode")
    obs.create_dataset("barcode", data=cells, dtype=text)
    kind = obs.create_group("kind")
    attributes(kind, encoding_type="categorical")
    kind["codes"] = np.array([1, 0, 0, 1], "i1")
    kind.create_dataset("categories", data=["B", "T"], dtype=text)
    obs.create_dataset("part", data=["train", "train", "test", "validation"], dtype=text)
    donor = obs.create_group("donor")
    attributes(donor, encoding_type="nullable-string-array")
    donor.create_dataset("values", data=["p", "p", "q", "q"], dtype=text)
    donor["mask"] = np.zeros(4, bool)
    obs["total"] = X.sum(1)
    raw = file.create_group("raw")
    sparse(raw, "X", sp.csr_matrix(X[:, :2]), "csr_matrix")
    raw_var = raw.create_group("var")
    attributes(raw_var, encoding_type="dataframe", _index="_index")
    raw_var.create_dataset("_index", data=genes[:2], dtype=text)
    file["uns/line"] = np.arange(3)
    file["uns"].create_dataset("lzf", data=X, chunks=(4, 3), compression="lzf")

with h5py.File(os.path.join(folder, "legacy.h5ad"), "w") as file:
    file["X"] = X
    file["var"] = np.array([(name.encode(), i) for i, name in enumerate(genes)], [("index", "S5"), ("n", "i4")])
    codes = [1, 0, 0, 1]
    file["obs"] = np.array([(name.encode(), codes[i]) for i, name in enumerate(cells)], [("index", "S5"), ("kind", "i1")])
    file["uns/kind_categories"] = np.array([b"B", b"T"])
    matrix = sp.csr_matrix(X)
    group = file.create_group("raw.X")
    group.attrs["h5sparse_format"] = "csr"
    group.attrs["h5sparse_shape"] = matrix.shape
    for part in ("data", "indices", "indptr"):
        group[part] = getattr(matrix, part)
    file["raw.var"] = file["var"][()]

def cellranger(group, names):
    matrix = sp.csc_matrix(X.T.astype("i4"))
    for part in ("data", "indices", "indptr"):
        group[part] = getattr(matrix, part)
    group["shape"] = np.array(matrix.shape, "i4")
    group["barcodes"] = np.array([name.encode() for name in cells])
    for name, values in names.items():
        group[name] = np.array([value.encode() for value in values])


with h5py.File(os.path.join(folder, "cellranger.h5"), "w") as file:
    cellranger(file.create_group("matrix"), {"features/id": genes, "features/name": ["CD3", "MT-1", "MT-1"]})

with h5py.File(os.path.join(folder, "cellranger2.h5"), "w") as file:
    cellranger(file.create_group("GRCh38"), {"genes": genes, "gene_names": ["CD3", "MT-1", "MT-2"]})
