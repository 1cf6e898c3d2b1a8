"""Exported models, checked by ONNX and run by ONNX Runtime."""

import json

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest
from conftest import cae
from sklearn.datasets import load_breast_cancer, load_iris


def outcome(path, rows):
    """What a model gives for rows, and its metadata."""
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert model.opset_import[0].version == 17 and model.ir_version == 8
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    assert given.shape == ["rows", rows.shape[1]]
    (found,) = session.run(None, {given.name: rows.astype(np.float32)})
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    names = {key: json.loads(metadata[key]) for key in ("inputs", "outputs", "selected")}
    assert len(names["inputs"]) == rows.shape[1] and len(names["outputs"]) == found.shape[1]
    return found, names


@pytest.mark.parametrize(
    "options", [["--hidden", "12"], ["--hidden", "none"], ["--hidden", "9,7", "--layer-norm", "--missing", "mean"]]
)
def test_rebuilds_what_impute_rebuilds(tmp_path, options):
    X = load_breast_cancer(as_frame=True).data.iloc[:, :11].astype("float32")
    if "mean" in options:
        X = X.mask(np.random.default_rng(0).random(X.shape) < 0.02)
    X.to_csv(tmp_path / "x.csv", index=False)
    run = tmp_path / "run"
    cae("train", "--data", tmp_path / "x.csv", "-k", 4, "--epochs", 20, "--run-dir", run, *options)
    cae("impute", run, "--input", tmp_path / "x.csv", "--output", tmp_path / "all.npy")
    cae("transform", run, "--input", tmp_path / "x.csv", "--output", tmp_path / "k.csv")
    expected = np.load(tmp_path / "all.npy")
    few = pd.read_csv(tmp_path / "k.csv")
    for part, rows in (("whole", X), ("decoder", few)):
        path = tmp_path / f"{part}.onnx"
        cae("export", run, "--output", path, "--part", part)
        found, names = outcome(path, rows.to_numpy())
        assert names == {"inputs": list(rows), "outputs": list(X), "selected": list(few)}
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5 * X.std().min())


def test_predicts_numbers(tmp_path):
    X = load_breast_cancer(as_frame=True).data.iloc[:, :6].astype("float32")
    y = 1000 + 3 * X.iloc[:, 0] - X.iloc[:, 3]
    X.assign(y=y).to_csv(tmp_path / "x.csv", index=False)
    run = tmp_path / "run"
    cae("train", "--data", tmp_path / "x.csv", "--label", "y", "--task", "regress", "-k", 2, "--run-dir", run)
    cae("predict", run, "--input", tmp_path / "x.csv", "--output", tmp_path / "p.npy")
    cae("export", run, "--output", tmp_path / "m.onnx")
    found, names = outcome(tmp_path / "m.onnx", X.to_numpy())
    assert names["outputs"] == ["prediction"]
    # Some predictions lie near 0, which numbers of hundreds add up to.
    np.testing.assert_allclose(found, np.load(tmp_path / "p.npy").reshape(-1, 1), rtol=1e-5, atol=1e-5 * y.std())


def test_classifies(tmp_path):
    X, y = load_iris(return_X_y=True, as_frame=True)
    y = y.map(lambda number: ["setosa", "versicolor", "virginica"][number])
    X.assign(kind=y).to_csv(tmp_path / "x.csv", index=False)
    run = tmp_path / "run"
    cae("train", "--data", tmp_path / "x.csv", "--label", "kind", "--task", "classify", "-k", 2, "--run-dir", run)
    cae("export", run, "--output", tmp_path / "m.onnx")
    found, names = outcome(tmp_path / "m.onnx", X.to_numpy())
    assert names["outputs"] == ["setosa", "versicolor", "virginica"] and found.shape == (150, 3)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    right = np.array(names["outputs"])[found.argmax(axis=1)] == y
    facts = json.loads(cae("evaluate", run, "--json", "--data", tmp_path / "x.csv", "--label", "kind"))
    assert right.mean() > 0.8 and "test_accuracy" in facts
