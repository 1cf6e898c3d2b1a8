"""Tables of every kind, and what the program is given."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import cae._selector
from cae import ConcreteAutoencoderSelector
from cae._table import whole_file, write_table


@pytest.fixture
def given(monkeypatch):
    """The `--data` of the program's calls."""
    paths = []
    run = cae._selector.run_program

    def record(command, *rest):
        paths.extend(word.removeprefix("--data=") for word in command if word.startswith("--data="))
        return run(command, *rest)

    monkeypatch.setattr(cae._selector, "run_program", record)
    return paths


def selector():
    return ConcreteAutoencoderSelector(k=2, random_state=0, epochs=40)


def weights(fitted):
    return fitted._model.layers[0][0].tobytes()


def test_sample_weight(table, tmp_path):
    X, y = table
    weights = np.where(np.arange(len(X)) % 3 == 0, 0.0, 1.0 + np.arange(len(X)) % 2)
    run = tmp_path / "run"
    weighted = selector().set_params(run_dir=run).fit(X, sample_weight=weights)
    assert "weight" in (run / "config.yaml").read_text() and list(weighted.feature_names_in_) == list(X.columns)
    # The same from a file that holds them, and another fit than one in which all rows count alike.
    X.assign(weight=weights.astype(np.float32)).to_csv(tmp_path / "x.csv", index=False)
    named = selector().fit(tmp_path / "x.csv", sample_weight="weight")
    assert named.n_features_in_ == X.shape[1]
    np.testing.assert_allclose(named._model.layers[0][0], weighted._model.layers[0][0], rtol=1e-3, atol=1e-3)
    plain = selector().fit(X)
    assert not np.allclose(plain._model.layers[0][0], weighted._model.layers[0][0], rtol=1e-3, atol=1e-3)
    predicting = selector().set_params(task="classify").fit(X, y, weights)
    assert list(predicting.classes_) == [0, 1]
    for wrong, message in (
        (weights[1:], "one for each row of X"),
        (-weights, "of row 1 is negative"),
        (np.full(len(X), np.nan), "sample_weight contains NaN"),
        ("weight", "where X is no path"),
        (np.zeros(len(X)), "every sample_weight is zero"),
    ):
        with pytest.raises(ValueError, match=message):
            selector().fit(X, sample_weight=wrong)
    with pytest.raises(ValueError, match="sample_weight is the name or number of its column"):
        selector().fit(tmp_path / "x.csv", sample_weight=weights)


def test_one_table_in_many_forms(numbers, tmp_path, given):
    X = numbers.astype(np.float32)
    path = tmp_path / "x.npy"
    np.save(path, X)
    frame = pd.DataFrame(X)
    frame.to_csv(tmp_path / "x.csv", index=False, header=False)
    forms = [
        X, X.astype(float), np.asfortranarray(X), X.tolist(), frame, frame.rename(columns=lambda number: f"c{number}"),
        sparse.csr_matrix(X), sparse.csc_array(X), path, str(path), np.load(path, mmap_mode="r"), tmp_path / "x.csv",
    ]  # fmt: skip
    expected = weights(selector().fit(X))
    for form in forms:
        fitted = selector().fit(form)
        assert weights(fitted) == expected, type(form)
        assert fitted.n_features_in_ == 5
        np.testing.assert_array_equal(fitted.transform(X), X[:, fitted.get_support()])
    assert given[-4:] == [str(path)] * 3 + [str(tmp_path / "x.csv")]
    assert not any(str(tmp_path / "x") in place for place in given[:-4])


def test_a_map_is_handed_over_only_where_it_is_the_whole_file(numbers, tmp_path):
    path = tmp_path / "x.npy"
    np.save(path, numbers)
    whole = np.load(path, mmap_mode="r")
    assert whole_file(whole) == path
    assert whole_file(np.load(path, mmap_mode="r+")) == path
    changed = np.load(path, mmap_mode="c")
    changed[0, 0] = 7
    others = [whole[1:], whole[:, ::-1], whole[::-1], whole[:, :4], whole * 2, whole.T, whole[0], numbers, changed]
    assert [whole_file(other) for other in others] == [None] * len(others)
    np.save(path, numbers[:30])  # The map still has the old shape.
    assert whole_file(whole) is None


def test_named_file(tmp_path, table):
    X, y = table
    X.assign(diagnosis=y.map({0: "bad", 1: "good"})).to_csv(tmp_path / "x.csv", index=False)
    fitted = selector().fit(tmp_path / "x.csv", "diagnosis")
    assert list(fitted.feature_names_in_) == list(X.columns)
    assert fitted.reconstruct(X).shape == X.shape
    assert fitted.transform(X).shape == (569, 2)
    classifier = selector().set_params(task="classify").fit(tmp_path / "x.csv", "diagnosis")
    assert set(classifier.predict(X)) == {"bad", "good"}
    assert classifier.score(X, y.map({0: "bad", 1: "good"})) > 0.7
    with pytest.raises(ValueError, match="y is the name or number of its column"):
        selector().fit(tmp_path / "x.csv", y)
    X.assign(diagnosis=y).to_csv(tmp_path / "y.csv", index=False)
    assert list(classifier.fit(tmp_path / "y.csv", "diagnosis").classes_) == [0, 1]
    refitted = fitted.fit(X.to_numpy())
    assert not hasattr(refitted, "feature_names_in_")


@pytest.mark.parametrize("dtype", [np.float32, np.uint8])
@pytest.mark.parametrize("names", [None, ["a", 'b"', "c'\\", "d,\n"], ["a", "a", "b", ""]])
@pytest.mark.parametrize("with_codes", [False, True])
def test_written_tables_are_numpys(tmp_path, dtype, names, with_codes):
    X = np.arange(20).reshape(5, 4).astype(dtype)
    codes = np.array([0, 1, 1, 0, 2])
    path = tmp_path / "x.npy"
    for form in (X, np.asfortranarray(X), sparse.csr_matrix(X)):
        write_table(path, form, names, {"label": codes} if with_codes else None)
        stored = np.load(path)
        if names and names[3]:
            assert list(stored.dtype.names[:4]) == names
            stored = stored.view(dtype).reshape(5, -1)
        assert stored.dtype == dtype and stored.flags.c_contiguous
        np.testing.assert_array_equal(stored, np.column_stack([X, codes]) if with_codes else X)


def test_odd_names(numbers):
    names = ["a'b", '"q"\\', "é,ü", "x\ny\x01", "Ω"]
    fitted = selector().fit(pd.DataFrame(numbers, columns=names))
    assert fitted._model.names == names


def test_bytes_keep_their_scale():
    X = np.random.default_rng(0).integers(0, 256, size=(40, 4), dtype=np.uint8)
    for form in (X, pd.DataFrame(X, columns=list("abcd"))):
        np.testing.assert_allclose(selector().fit(form)._model.scale, 1 / 255)
