"""The decoder in NumPy against the program's."""

import json
import subprocess

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from cae import ConcreteAutoencoderSelector
from cae._program import find_program

VARIANTS = {
    "default": {},
    "linear": {"hidden": ()},
    "deep and normalised": {"hidden": (20, 10), "options": {"layer-norm": True}},
    "minmax": {"scale": "minmax"},
    "classic": {"options": {"distinct": False, "search": "none", "refit": False}},
}


@pytest.mark.parametrize("parameters", VARIANTS.values(), ids=VARIANTS)
def test_reconstruct_is_impute(table, tmp_path, parameters):
    X = table[0].astype(np.float32)
    run = tmp_path / "run"
    selector = ConcreteAutoencoderSelector(k=4, epochs=20, random_state=0, run_dir=run, **parameters).fit(X)
    X.to_csv(tmp_path / "x.csv", index=False)
    subprocess.run(
        [find_program(), "impute", run, "--input", tmp_path / "x.csv", "--output", tmp_path / "all.npy"],
        check=True, capture_output=True,
    )  # fmt: skip
    theirs = np.load(tmp_path / "all.npy")
    ours = selector.reconstruct(X)
    assert ours.shape == theirs.shape == X.shape
    deviation = X.to_numpy().std(axis=0)
    assert np.abs((ours - theirs) / deviation).max() < 1e-4
    assert np.abs((ours - X) / deviation).to_numpy().max() > 1e-2
    np.testing.assert_array_equal(ours[:, selector.get_support()], X.to_numpy()[:, selector.get_support()])


def test_reconstruct_takes_all_columns_or_the_selected(table):
    X, _ = table
    selector = ConcreteAutoencoderSelector(k=4, epochs=20, random_state=0).fit(X)
    whole = selector.reconstruct(X)
    selected = selector.transform(X)
    names = selector.get_feature_names_out()
    for given in (
        selected, selected.tolist(), pd.DataFrame(selected, columns=names), X[names[::-1]], X.to_numpy(),
        sparse.csr_matrix(X.to_numpy()), sparse.csr_array(selected),
    ):  # fmt: skip
        np.testing.assert_allclose(selector.reconstruct(given), whole, rtol=1e-12)
    assert whole.dtype == np.float64 and selector.reconstruct(selected.astype("f4")).dtype == np.float32
    with pytest.raises(ValueError, match="X has 3 features, .* all 30 features as input, or the 4 selected"):
        selector.reconstruct(selected[:, :3])
    with pytest.raises(ValueError, match=f"lacks selected columns: '{names[1]}'"):
        selector.reconstruct(X.drop(columns=names[1]))
    with pytest.raises(ValueError, match="NaN"):
        selector.reconstruct(np.full((2, 4), np.nan))


def test_missing_values(numbers, tmp_path):
    holes = numbers.astype(np.float32)
    holes[np.random.default_rng(1).random(holes.shape) < 0.1] = np.nan
    run = tmp_path / "run"
    selector = ConcreteAutoencoderSelector(k=2, missing="mean", random_state=0, run_dir=run).fit(holes)
    np.save(tmp_path / "x.npy", holes)
    subprocess.run(
        [find_program(), "impute", run, "--input", tmp_path / "x.npy", "--output", tmp_path / "all.npy"],
        check=True, capture_output=True,
    )  # fmt: skip
    np.testing.assert_allclose(selector.reconstruct(holes), np.load(tmp_path / "all.npy"), rtol=1e-4, atol=1e-5)
    assert 0 < selector.score(holes) < 1
    np.testing.assert_array_equal(selector.transform(holes), holes[:, selector.get_support()])
    with pytest.raises(ValueError, match="infinity"):
        selector.reconstruct(np.full((2, 5), np.inf))


def test_score_is_the_programs_error(table, tmp_path):
    X = table[0]
    run = tmp_path / "run"
    selector = ConcreteAutoencoderSelector(k=4, epochs=20, random_state=0, run_dir=run).fit(X)
    other = X.iloc[:100]
    other.to_csv(tmp_path / "other.csv", index=False)
    printed = subprocess.run(
        [find_program(), "evaluate", run, "--data", tmp_path / "other.csv", "--cache", tmp_path / "cache",
         "--json"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    error = json.loads(printed.stdout)["test_mse"]
    spread = selector._model.scaled(other.to_numpy(), np.arange(30)).var(axis=0).mean()
    assert selector.score(other) == pytest.approx(1 - error / spread, rel=1e-4)
