"""Genes of an AnnData object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._selector import ConcreteAutoencoderSelector

if TYPE_CHECKING:
    from anndata import AnnData


def select_genes(
    adata: AnnData, k: int = 50, *, layer: str | None = None, key_added: str = "cae", **options: Any
) -> ConcreteAutoencoderSelector:
    """Selects the ``k`` genes from which a decoder best rebuilds all genes of ``adata``.

    Writes ``.var["cae_selected"]`` (bool) and ``.var["cae_rank"]`` (1 for the most important; NaN where not selected)
    and returns the fitted selector.

    Parameters
    ----------
    adata : AnnData
        Cells by genes, normalised and log-transformed, as for other ways of selecting genes.
    k : int
        Genes to select.
    layer : str, optional
        The layer to read in place of ``adata.X``.
    key_added : str
        What the new columns' names begin with.
    **options
        Parameters of ``ConcreteAutoencoderSelector``: ``never=["MT-*", "RPL*"]``, ``keep=["CD3D"]``, ...
    """
    X = adata.X if layer is None else adata.layers[layer]
    if X is None:
        raise ValueError("adata.X is None: name the layer to read")
    if hasattr(X, "to_memory"):
        X = X.to_memory()
    elif not (isinstance(X, np.ndarray) or hasattr(X, "tocsr")):
        X = np.asarray(X)
    if not adata.var_names.is_unique:
        raise ValueError("adata.var_names are not unique: call adata.var_names_make_unique() before")
    selector = ConcreteAutoencoderSelector(k, **options)._fit(X, None, names=[str(name) for name in adata.var_names])
    rank = np.full(selector.n_features_in_, np.nan)
    rank[selector.selected_] = np.arange(1, len(selector.selected_) + 1)
    adata.var[f"{key_added}_selected"] = selector.get_support()
    adata.var[f"{key_added}_rank"] = rank
    return selector
