"""What a fitted selector is and does."""

import pickle
import re

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from cae import ConcreteAutoencoderSelector


@pytest.fixture(scope="module")
def fitted(table):
    return ConcreteAutoencoderSelector(k=5, random_state=0).fit(table[0])


def test_attributes(fitted, table):
    X, _ = table
    assert fitted.n_features_in_ == 30
    assert list(fitted.feature_names_in_) == list(X.columns)
    assert fitted.converged_ is True
    order = [entry["feature"] for entry in sorted(fitted.result_["selection"], key=lambda entry: entry["rank"])]
    assert list(fitted.selected_) == order
    assert [fitted.ranking_[feature] for feature in order] == [1, 2, 3, 4, 5]
    assert (np.delete(fitted.ranking_, order) == 6).all()
    assert (np.diff(fitted.importances_) <= 0).all() and (fitted.importances_ > 0).all()
    assert fitted.probabilities_.shape == (5,) and (fitted.probabilities_ <= 1).all()
    names = {entry["feature"]: entry["name"] for entry in fitted.result_["selection"]}
    assert list(fitted.get_feature_names_out()) == [names[feature] for feature in sorted(order)]
    assert "5 distinct features" in fitted.log_


def test_mixin(fitted, table):
    X, _ = table
    assert list(fitted.get_support(indices=True)) == sorted(fitted.selected_)
    selected = fitted.transform(X)
    np.testing.assert_array_equal(selected, X.to_numpy()[:, fitted.get_support()])
    back = fitted.inverse_transform(selected)
    assert back.shape == X.shape and (back[:, ~fitted.get_support()] == 0).all()


def test_set_output(table):
    X, _ = table
    frame = clone(ConcreteAutoencoderSelector(k=2, epochs=20)).set_output(transform="pandas").fit_transform(X)
    assert isinstance(frame, pd.DataFrame) and frame.shape == (569, 2)
    assert set(frame.columns) <= set(X.columns)


def test_the_seed_is_the_programs_and_decides(numbers):
    first, again = (ConcreteAutoencoderSelector(k=2, random_state=7).fit(numbers) for _ in range(2))
    assert first.result_ | {"files": 0} == again.result_ | {"files": 0}
    assert first._model.layers[0][0].tobytes() == again._model.layers[0][0].tobytes()
    drawn = ConcreteAutoencoderSelector(k=2, random_state=np.random.RandomState(7)).fit(numbers)
    assert first._model.layers[0][0].tobytes() != drawn._model.layers[0][0].tobytes()


def test_pickle_needs_no_program(fitted, table, monkeypatch):
    X, _ = table
    monkeypatch.setenv("CAE_PROGRAM", "/nowhere/cae")
    copy = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(copy.transform(X), fitted.transform(X))
    np.testing.assert_array_equal(copy.reconstruct(X), fitted.reconstruct(X))
    assert copy.score(X) == fitted.score(X) > 0.7


def test_pipeline_and_grid_search(table):
    X, y = table
    pipeline = make_pipeline(
        StandardScaler(), ConcreteAutoencoderSelector(k=4, epochs=20, random_state=0), LogisticRegression()
    ).fit(X, y)
    assert pipeline.score(X, y) > 0.85
    search = GridSearchCV(ConcreteAutoencoderSelector(epochs=30, random_state=0), {"k": [1, 12]}, cv=2).fit(X)
    assert search.best_params_ == {"k": 12}
    assert search.best_estimator_.get_support().sum() == 12


def test_k_above_features_is_capped(numbers):
    with pytest.warns(UserWarning, match="k=50, but X has 5 features"):
        selector = ConcreteAutoencoderSelector(epochs=20).fit(numbers)
    assert selector.get_support().all() and selector.k == 50


def test_keep_and_never(numbers):
    selector = ConcreteAutoencoderSelector(k=2, keep=[4], never=[0, 1], random_state=0).fit(numbers)
    assert 4 in selector.selected_ and not {0, 1} & set(selector.selected_)
    names = ["a,b", "c", "7", "d", "e"]
    frame = pd.DataFrame(numbers, columns=names)
    # Column 4 is meant, not the one called so; a comma does not part a name.
    frame.columns = ["a,b", "c", "4", "d", "e"]
    selector = ConcreteAutoencoderSelector(k=2, keep=["a,b", 4], random_state=0).fit(frame)
    assert set(selector.selected_) == {0, 4}
    selector = ConcreteAutoencoderSelector(k=1, keep="c*", random_state=0).fit(frame)
    assert list(selector.get_feature_names_out()) == ["c"]


def test_unconverged_warns():
    X = np.random.default_rng(0).normal(size=(50, 40))
    selector = ConcreteAutoencoderSelector(k=4, epochs=3, selector_learning_rate=1e-4, options={"search": "none"})
    with pytest.warns(ConvergenceWarning, match="4 of 4 selectors are not converged"):
        selector.fit(X)
    assert not selector.converged_


def test_a_path_is_for_fit(table, tmp_path):
    table = table[0]
    whole = table.assign(who=[f"row {number}" for number in range(len(table))], group="a")
    path = tmp_path / "table.csv"
    whole.to_csv(path, index=False)
    selector = ConcreteAutoencoderSelector(k=2, epochs=20, options={"id": "who", "exclude": "group"}).fit(path)
    # The file's other columns are no features, wherever they stand.
    turned = whole[whole.columns[::-1]]
    expected = table[selector.get_feature_names_out()].to_numpy()
    np.testing.assert_array_equal(np.asarray(selector.transform(turned)), expected)
    selector.set_output(transform="pandas")
    assert isinstance(selector.transform(turned), pd.DataFrame)
    assert selector.score(turned) == selector.score(table)
    np.testing.assert_array_equal(selector.reconstruct(turned), selector.reconstruct(table))
    for use in (selector.transform, selector.reconstruct, selector.score):
        with pytest.raises(ValueError, match="a path is for fit alone"):
            use(path)
    with pytest.raises(ValueError, match="X lacks columns of the file"):
        selector.transform(whole.drop(columns=table.columns[0]))


def test_classify(table):
    X, y = table
    names = y.map({0: "malignant", 1: "benign"})
    selector = ConcreteAutoencoderSelector(k=4, task="classify", random_state=0).fit(X, names)
    assert list(selector.classes_) == ["benign", "malignant"]
    assert set(selector.predict(X)) == {"benign", "malignant"}
    assert selector.score(X, names) == (selector.predict(X) == names).mean() > 0.9
    np.testing.assert_array_equal(selector.predict(X), selector.predict(selector.transform(X)))
    with pytest.raises(ValueError, match="rebuilds no features"):
        selector.reconstruct(X)
    shares = selector.predict_proba(X)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(selector.classes_[shares.argmax(axis=1)], selector.predict(X))
    assert not hasattr(ConcreteAutoencoderSelector(), "predict")
    assert not hasattr(ConcreteAutoencoderSelector(task="regress"), "predict_proba")


def test_regress(tmp_path):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 6))
    y = 1000 + 50 * X[:, 4] - 20 * X[:, 1]
    selector = ConcreteAutoencoderSelector(k=2, task="regress", random_state=0).fit(X, y)
    assert set(selector.selected_) == {1, 4}
    assert selector.score(X, y) > 0.98
    np.testing.assert_allclose(selector.predict(X), y, atol=30)
    np.testing.assert_array_equal(selector.predict(X), selector.predict(selector.transform(X)))
    with pytest.raises(ValueError, match="rebuilds no features"):
        selector.reconstruct(X)
    # Whole numbers are numbers, and bytes are features.
    counts = rng.integers(0, 200, size=(300, 3), dtype=np.uint8)
    selector = ConcreteAutoencoderSelector(k=1, task="regress", random_state=0).fit(counts, counts[:, 2].astype(int) * 3)
    assert list(selector.selected_) == [2] and selector.score(counts, counts[:, 2] * 3.0) > 0.95
    pd.DataFrame(np.column_stack([X, y]), columns=[*"abcdef", "dose"]).to_csv(tmp_path / "x.csv", index=False)
    by_name = ConcreteAutoencoderSelector(k=2, task="regress", random_state=0).fit(tmp_path / "x.csv", "dose")
    assert set(by_name.get_feature_names_out()) == {"b", "e"}


def test_classify_bytes():
    X = np.random.default_rng(0).integers(0, 256, size=(80, 4), dtype=np.uint8)
    y = (X[:, 2] > 127).astype(int) * 5
    selector = ConcreteAutoencoderSelector(k=1, task="classify", random_state=0, epochs=60).fit(X, y)
    assert list(selector.selected_) == [2] and list(selector.classes_) == [0, 5]
    np.testing.assert_allclose(selector._model.scale, 1 / 255)
    assert selector.score(X, y) > 0.9


def test_ranks(numbers):
    alone = ConcreteAutoencoderSelector(k=2, random_state=0, n_jobs=1).fit(numbers)
    two = clone(alone).set_params(n_jobs=2).fit(numbers)
    assert "2 ranks" in two.log_ and "1 rank " in alone.log_
    assert two._model.layers[0][0].tobytes() == alone._model.layers[0][0].tobytes()
    for who in ({"ranks": 2}, {"launcher": "mpirun -n 2"}):
        by_name = clone(alone).set_params(**who).fit(numbers)
        assert "2 ranks" in by_name.log_ and "workers" not in by_name.log_
        assert by_name._model.layers[0][0].tobytes() == alone._model.layers[0][0].tobytes()
    for bad in ({"ranks": 0}, {"ranks": 2, "launcher": "mpirun"}):
        with pytest.raises(ValueError, match="ranks"):
            clone(alone).set_params(**bad).fit(numbers)


def test_options_reach_the_program(numbers, tmp_path):
    run = tmp_path / "run"
    ConcreteAutoencoderSelector(
        k=2, epochs=9, batch_size=20, hidden=(7, 5), learning_rate=0.01, selector_learning_rate=0.2, scale="minmax",
        missing="mean", random_state=11, run_dir=run,
        options={"layer-norm": True, "compare": False, "test_fraction": 0.2, "snapshot-epochs": [2, 4]},
    ).fit(numbers)  # fmt: skip
    lines = dict(re.findall(r"^([a-z-]+): (.+)$", (run / "config.yaml").read_text(), re.MULTILINE))
    wanted = {
        "k": "2", "epochs": "9", "batch-size": "20", "hidden": "7,5", "learning-rate": "0.01", "seed": "11",
        "selector-learning-rate": "0.2", "scale": "minmax", "missing": "mean", "layer-norm": "true", "compare": "false",
        "test-fraction": "0.2", "snapshot-epochs": "2,4",
    }  # fmt: skip
    assert {name: lines[name].strip("'\"") for name in wanted} == wanted


def test_parameters_are_stored_untouched():
    keep = ["a"]
    selector = ConcreteAutoencoderSelector(k=0, keep=keep, run_dir="somewhere")
    assert selector.keep is keep and selector.k == 0 and selector.run_dir == "somewhere"


def test_report(fitted):
    unreported = pickle.loads(pickle.dumps(fitted))
    unreported._report = None
    with pytest.raises(ValueError, match="left no report"):
        unreported.report()
    unreported._report = "<html>"
    assert unreported.report() == "<html>"


def test_not_fitted():
    for method in ("get_support", "report"):
        with pytest.raises(NotFittedError):
            getattr(ConcreteAutoencoderSelector(), method)()
    with pytest.raises(NotFittedError):
        ConcreteAutoencoderSelector().reconstruct([[1.0]])


@pytest.mark.parametrize("with_tqdm", [True, False])
def test_progress(numbers, capsys, monkeypatch, with_tqdm):
    if not with_tqdm:
        monkeypatch.setitem(__import__("sys").modules, "tqdm.auto", None)
    ConcreteAutoencoderSelector(k=2, epochs=40, show_progress=True).fit(numbers)
    assert ("40/40" in capsys.readouterr().err) is True
    ConcreteAutoencoderSelector(k=2, epochs=40).fit(numbers)
    assert capsys.readouterr().err == ""
