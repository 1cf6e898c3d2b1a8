import tempfile

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """The directory for temporary files, in which every fit must leave nothing."""
    directory = tmp_path / "temporary"
    directory.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    # Threads that wait for work take the other processes' cores, and the tables are small.
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    yield directory
    assert list(directory.glob("cae-*")) == []


@pytest.fixture(scope="session")
def table():
    """569 rows of 30 named columns, and two classes."""
    return load_breast_cancer(return_X_y=True, as_frame=True)


@pytest.fixture
def numbers():
    """60 rows of 5 columns, of which the last two follow from the others."""
    X = np.random.default_rng(0).normal(size=(60, 5))
    X[:, 3] = X[:, 0] + 0.1 * X[:, 3]
    X[:, 4] = X[:, 1] - X[:, 2]
    return X
