import numpy as np
import pytest
from scipy import sparse

from cae import select_genes

anndata = pytest.importorskip("anndata")


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
def test_select_genes(form):
    counts = np.random.default_rng(0).poisson(2, size=(60, 8)).astype(np.float32)
    names = ["CD3D", "MT-1", "MT-2", "LYZ", "NKG7", "A", "B", "C"]
    adata = anndata.AnnData(form(counts))
    adata.var_names = names
    adata.layers["log"] = form(np.log1p(counts))
    selector = select_genes(adata, 3, layer="log", key_added="panel", keep=["CD3D"], never=["MT-*"], random_state=0)
    chosen = set(adata.var_names[adata.var["panel_selected"]])
    assert len(chosen) == 3 and "CD3D" in chosen and not chosen & {"MT-1", "MT-2"}
    ranks = adata.var["panel_rank"]
    assert sorted(ranks.dropna()) == [1, 2, 3]
    assert ranks[names[selector.selected_[0]]] == 1
    assert set(selector.get_feature_names_out()) == chosen
    assert selector._model.names == names
    assert selector.reconstruct(adata[:, adata.var["panel_selected"]].layers["log"]).shape == (60, 8)


def test_names_must_be_unique():
    adata = anndata.AnnData(np.ones((4, 2), dtype=np.float32))
    adata.var_names = ["A", "A"]
    with pytest.raises(ValueError, match="var_names_make_unique"):
        select_genes(adata, 1)
