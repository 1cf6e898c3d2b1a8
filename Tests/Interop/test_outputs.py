"""What the program writes, read with pandas, NumPy and safetensors."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from conftest import cae
from safetensors import safe_open
from safetensors.numpy import load_file
from sklearn.datasets import load_breast_cancer


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run on a table with odd names, identifiers and missing values."""
    directory = tmp_path_factory.mktemp("outputs")
    X = load_breast_cancer(as_frame=True).data.iloc[:, :8].astype("float32")
    X.columns = ['radius, "mean"', "größe\nm²", "perimeter", "area", "5", "compactness", "concavity", "points"]
    X.index = pd.Index([f"patient, {number}" for number in range(len(X))], name="who")
    X.iloc[3, 2] = np.nan
    X.to_csv(directory / "x.csv")
    cae(
        "train",
        "--data",
        directory / "x.csv",
        "--id",
        "who",
        "--missing",
        "mean",
        "-k",
        4,
        "--epochs",
        30,
        "--run-dir",
        directory / "run",
    )
    return directory, X


@pytest.fixture(scope="module")
def chosen(run):
    """The selected features, the most important first."""
    result = json.loads((run[0] / "run/result.json").read_text())
    return [entry["feature"] for entry in sorted(result["selection"], key=lambda entry: entry["rank"])]


def test_select(run, chosen):
    directory, X = run
    names = [X.columns[feature] for feature in chosen]
    table = pd.read_csv(io.StringIO(cae("select", directory / "run", "--format", "csv")))
    assert list(table["feature"]) == chosen and list(table["name"]) == names
    assert table["probability"].between(0, 1).all()
    entries = json.loads(cae("select", directory / "run", "--format", "json"))["features"]
    assert [entry["feature"] for entry in entries] == chosen and [entry["name"] for entry in entries] == names
    cae("select", directory / "run", "--format", "npy", "--output", directory / "k.npy")
    numbers = np.load(directory / "k.npy")
    assert numbers.dtype == np.int64 and list(numbers) == chosen
    by_selector = pd.read_csv(directory / "run/selected.csv")
    assert list(by_selector["selector"]) == [0, 1, 2, 3] and set(by_selector["name"]) == set(names)


def test_names_make_the_same_selection(run, chosen, tmp_path):
    """One name a line is what --keep and --include take, but for names with line breaks."""
    directory, X = run
    said = cae("select", directory / "run", "--format", "names").splitlines()
    plain = [X.columns[feature] for feature in chosen if "\n" not in X.columns[feature]]
    assert [name for name in said if name in plain] == plain


def test_transform(run, chosen):
    directory, X = run
    for suffix in (".csv", ".npy"):
        cae("transform", directory / "run", "--input", directory / "x.csv", "--output", directory / f"k{suffix}")
    found = pd.read_csv(directory / "k.csv", index_col=0)
    expected = X.iloc[:, sorted(chosen)]
    pd.testing.assert_frame_equal(found.astype("float32"), expected, check_names=False, rtol=0)
    assert found.index.name == "who"
    np.testing.assert_array_equal(np.load(directory / "k.npy"), expected.to_numpy())


def test_impute(run, chosen):
    directory, X = run
    whole = X.drop(index=X.index[3])
    whole.iloc[:, sorted(chosen)[::-1]].to_csv(directory / "few.csv")
    for suffix in (".csv", ".npy"):
        cae("impute", directory / "run", "--input", directory / "few.csv", "--output", directory / f"all{suffix}")
    found = pd.read_csv(directory / "all.csv", index_col=0)
    assert list(found.columns) == list(X.columns) and list(found.index) == list(whole.index)
    np.testing.assert_array_equal(found.to_numpy("float32"), np.load(directory / "all.npy"))
    np.testing.assert_array_equal(found.iloc[:, chosen].to_numpy("float32"), whole.iloc[:, chosen].to_numpy())
    shares = pd.read_csv(directory / "all.csv.r2.csv")
    assert list(shares.columns) == ["feature", "name", "r2"] and list(shares["name"]) == list(X.columns)
    assert (shares["r2"][chosen] == 1).all() and shares["r2"].max() == 1


def test_evaluate(run):
    directory, X = run
    X.to_csv(directory / "again.csv")
    output = directory / "rebuilt.safetensors"
    said = cae("evaluate", directory / "run", "--data", directory / "again.csv", "--json",
               "--reconstructions", output)
    facts = json.loads(said)
    rebuilt = load_file(output)["reconstructions"]
    with safe_open(directory / "run/model.safetensors", "numpy") as file:
        metadata = file.metadata()
    scaling = {key: np.array(values) for key, values in json.loads(metadata["preprocessing"]).items()}
    truth = (X.fillna(dict(zip(X.columns, scaling["fill"], strict=True))).to_numpy() - scaling["offset"]) * scaling[
        "scale"
    ]
    assert rebuilt.shape == (facts["rows"], 8) == (57, 8) and rebuilt.dtype == np.float32
    # The run's own table: the rows are those that were held out, so some row is as near to each as its own.
    errors = ((truth[:, None] - rebuilt[None]) ** 2).mean(axis=2)
    assert facts["part"] == "test-fraction" and facts["data_sha256"] == metadata["data_sha256"]
    assert errors.min(axis=0).mean() <= facts["test_mse"] < errors.mean()


def test_model(run):
    """The decoder in NumPy gives the rows that the program rebuilds."""
    directory, X = run
    tensors = load_file(directory / "run/model.safetensors")
    with safe_open(directory / "run/model.safetensors", "numpy") as file:
        metadata = file.metadata()
    assert tensors["encoder.logits"].shape == (4, 8) and {tensor.dtype for tensor in tensors.values()} == {
        np.dtype("f4")
    }
    assert json.loads(metadata["schema"])["names"] == list(X.columns)
    scaling = {key: np.array(values) for key, values in json.loads(metadata["preprocessing"]).items()}
    scaled = (X.fillna(dict(zip(X.columns, scaling["fill"], strict=True))).to_numpy() - scaling["offset"]) * scaling[
        "scale"
    ]
    inner = (
        scaled[:, json.loads(metadata["selection"])["features"]] @ tensors["decoder.0.weight"].T
        + tensors["decoder.0.bias"]
    )
    inner = np.where(inner > 0, inner, 0.2 * inner)
    ours = inner @ tensors["decoder.3.weight"].T + tensors["decoder.3.bias"]
    output = directory / "all-rows.safetensors"
    X.iloc[:100].to_csv(directory / "first.csv")
    cae("evaluate", directory / "run", "--data", directory / "first.csv", "--reconstructions", output)
    np.testing.assert_allclose(load_file(output)["reconstructions"], ours[:100], atol=1e-4)


def test_metrics(run):
    metrics = pd.read_json(run[0] / "run/metrics.jsonl", lines=True)
    assert metrics["step"].is_monotonic_increasing and metrics["epoch"].iloc[-1] == 30
    assert metrics["loss"].notna().all()
