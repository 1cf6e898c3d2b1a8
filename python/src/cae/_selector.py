"""The scikit-learn selector."""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_selection import SelectorMixin
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import check_array
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from ._command import command
from ._errors import ProgramError
from ._model import StoredModel
from ._program import run_program
from ._progress import Progress
from ._table import whole_file, write_table

_TASKS = ("reconstruct", "classify", "regress")
_TABLE = "table.npy"


def _predicts(selector: ConcreteAutoencoderSelector) -> bool:
    return selector.task != "reconstruct"


def _classifies(selector: ConcreteAutoencoderSelector) -> bool:
    return selector.task == "classify"


class ConcreteAutoencoderSelector(SelectorMixin, BaseEstimator):
    """Selects the ``k`` features from which a decoder best rebuilds all of them.

    ``fit`` runs the program ``cae``, found by the variable ``CAE_PROGRAM`` or on PATH. What is fitted lies in
    attributes: it can be pickled, and everything but ``fit`` works without the program.

    Parameters
    ----------
    k : int, default=50
        Features to select. More than there are: all, with a warning.
    task : {'reconstruct', 'classify', 'regress'}, default='reconstruct'
        Whether the selected features are to rebuild all of them, to tell the classes ``y`` or to predict the numbers
        ``y``. ``y`` is ignored for 'reconstruct'.
    epochs, batch_size : int or 'auto', default='auto'
        Passes over the training rows, rows of a batch; 'auto' leaves it to the program.
    hidden : sequence of int or int, default=None
        Units of the decoder's hidden layers; () is a linear decoder. None, here and below, leaves it to the program.
    learning_rate, selector_learning_rate : float, default=None
        Learning rates of the decoder and of the selectors.
    scale : {'auto', 'none', 'unit', 'standard', 'minmax'}, default='auto'
        How features are scaled. 'auto' divides uint8 by 255 and brings all others to mean 0 and deviation 1.
    missing : {'error', 'mean', 'observed'}, default='error'
        What is done about missing values (NaN): refuse them, or put the training rows' mean there, which counts in
        losses ('mean') or does not ('observed').
    keep, never : sequence of str or int, default=()
        Features that are selected in any case, or never: names, patterns such as 'MT-*', or numbers.
    random_state : int, RandomState or None, default=None
        An int is the program's seed; else a seed is drawn. None with ``run_dir`` is the program's own, 0.
    n_jobs : int, default=None
        Workers that share the work in one process: -1 is one for each core, None as well, but for small data, where it is one.
        The result does not depend on how many there are.
    ranks : int, default=None
        Ranks that share the work instead, under ``mpirun -n``; ``launcher`` starts them otherwise.
    launcher : str or sequence of str, default=None
        What starts the program instead: ``"mpirun --hostfile hosts -n 16"``.
    run_dir : path, default=None
        Where the run's files stay; fitting again goes on from its newest checkpoint. None: in a directory that is
        removed at the end.
    show_progress : bool, default=False
        Whether to show a bar of epochs.
    options : mapping, default=None
        Other settings by their names in ``cae train --help``: ``{"test-fraction": 0, "gjs-weight": 0.1}``.

    Attributes
    ----------
    selected_ : ndarray of int, (k,)
        The selected features, the most important first.
    ranking_ : ndarray of int, (n_features,)
        1 for the most important feature up to k; k + 1 for those that are not selected.
    importances_ : ndarray of float, (k,)
        Of each of ``selected_``: the rise of the linear mean squared error without it; NaN where the run has none.
    probabilities_ : ndarray of float, (k,)
        Of each of ``selected_``: the probability that its trained selector gives it.
    converged_ : bool
        Whether every selector has decided. If not, the selection may change with more epochs.
    result_ : dict
        The run's ``result.json``.
    log_ : str
        What the program printed.
    classes_ : ndarray
        The classes of ``y``; with ``task='classify'`` alone.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Where the table has names.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from cae import ConcreteAutoencoderSelector
    >>> X = load_breast_cancer(as_frame=True).data
    >>> selector = ConcreteAutoencoderSelector(k=5, random_state=0).fit(X)
    >>> selector.transform(X).shape
    (569, 5)
    >>> selector.reconstruct(X).shape
    (569, 30)
    >>> len(selector.get_feature_names_out())
    5
    """

    def __init__(
        self,
        k: int = 50,
        *,
        task: str = "reconstruct",
        epochs: int | str = "auto",
        batch_size: int | str = "auto",
        hidden: int | Sequence[int] | None = None,
        learning_rate: float | None = None,
        selector_learning_rate: float | None = None,
        scale: str = "auto",
        missing: str = "error",
        keep: Sequence[str | int] = (),
        never: Sequence[str | int] = (),
        random_state: int | np.random.RandomState | None = None,
        n_jobs: int | None = None,
        ranks: int | None = None,
        launcher: str | Sequence[str] | None = None,
        run_dir: str | os.PathLike | None = None,
        show_progress: bool = False,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.k = k
        self.task = task
        self.epochs = epochs
        self.batch_size = batch_size
        self.hidden = hidden
        self.learning_rate = learning_rate
        self.selector_learning_rate = selector_learning_rate
        self.scale = scale
        self.missing = missing
        self.keep = keep
        self.never = never
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.ranks = ranks
        self.launcher = launcher
        self.run_dir = run_dir
        self.show_progress = show_progress
        self.options = options

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> ConcreteAutoencoderSelector:
        """Selects features of ``X``.

        Parameters
        ----------
        X : array, DataFrame, sparse matrix, memory map or path, (n_samples, n_features)
            A path of a file that the program reads (CSV, NPY and others), or a map of a whole NPY file, is handed over
            as it is. All else is written once, as float32 (uint8 as it is), to the fit's temporary directory.
        y : array, (n_samples,), or the name or number of a column where X is a path
            The classes for ``task='classify'``, the numbers for ``task='regress'``; else ignored, but that a column so
            named is no feature.
        sample_weight : array, (n_samples,), or the name or number of a column where X is a path
            How much each row counts, 0 or more, in losses, errors and means; None: all alike.

        Raises
        ------
        ValueError
            For data and parameters that cannot be used, in the program's words where they are the program's.
        ProgramError
            For other errors of the program; see ``cae.ProgramError`` and its subclasses.
        KeyboardInterrupt
            After the program has saved its state. With ``run_dir``, fitting again goes on from there.
        """
        return self._fit(X, y, sample_weight)

    def _fit(
        self, X: Any, y: Any, weights: Any = None, names: Sequence[str] | None = None
    ) -> ConcreteAutoencoderSelector:
        if isinstance(self.k, bool) or not isinstance(self.k, Integral) or self.k < 1:
            raise ValueError(f"k must be a whole number of at least 1, got {self.k!r}")
        if self.task not in _TASKS:
            raise ValueError(f"task must be one of {', '.join(_TASKS)}, got {self.task!r}")
        self.__dict__.pop("classes_", None)
        # One directory a fit, in TMPDIR, which is removed whatever happens.
        with tempfile.TemporaryDirectory(prefix="cae-") as temporary:
            directory = Path(temporary)
            self._from_file = isinstance(X, (str, os.PathLike))
            if self._from_file:
                source = self._named_file(X, y, weights)
            else:
                source = self._written(X, y, weights, names, directory)
            run_dir = directory / "run" if self.run_dir is None else Path(self.run_dir)
            self._run(source, run_dir, directory)
            self._take(run_dir)
        if not self.converged_:
            selectors = self.result_["selectors"]
            warnings.warn(
                f"{selectors['unconverged']} of {self.k} selectors are not converged: the selection may still change. "
                "Give more epochs or a higher selector_learning_rate.",
                ConvergenceWarning,
                stacklevel=3,
            )
        for failure in self.result_.get("failures", []):
            warnings.warn(f"a stage of the run failed: {failure}", RuntimeWarning, stacklevel=3)
        return self

    @property
    def _takes_gaps(self) -> bool:
        return self.missing in ("mean", "observed")

    def _named_file(self, path: str | os.PathLike, y: Any, weights: Any) -> dict[str, Any]:
        for name, column, holds in (("y", y, "labels"), ("sample_weight", weights, "weights")):
            if column is not None and not isinstance(column, (str, Integral)):
                raise ValueError(f"where X is a path, {name} is the name or number of its column with the {holds}, or None")
        self.__dict__.pop("feature_names_in_", None)
        columns = {"label": y, "weight": weights}
        return {"data": os.fspath(path), "k": self.k, **{k: v for k, v in columns.items() if v is not None}}

    def _written(
        self, X: Any, y: Any, weights: Any, names: Sequence[str] | None, directory: Path
    ) -> dict[str, Any]:
        predicts = _predicts(self)
        has_numbers = self.task == "regress" or weights is not None
        path = None if predicts or weights is not None else whole_file(X)
        try:
            with np.errstate(over="ignore"):  # What overflows float32 is found and refused as infinite.
                checked = validate_data(
                    self,
                    X,
                    **({"y": y, "y_numeric": self.task == "regress"} if predicts else {}),
                    accept_sparse="csr",
                    # A number that labels or weighs a row is one of its columns in the file, and no byte.
                    dtype=None if path else np.float32 if has_numbers else [np.float32, np.uint8],
                    ensure_all_finite=False if path else "allow-nan" if self._takes_gaps else True,
                    ensure_min_samples=2,
                )
        except (TypeError, ValueError) as error:
            texts = _text_columns(X)
            if texts:
                shown = ", ".join(repr(name) for name in texts[:5]) + (", ..." if len(texts) > 5 else "")
                raise ValueError(
                    f"{len(texts)} of the columns hold what is no number: {shown}. Leave them out, as by "
                    "X.select_dtypes('number'), or encode them"
                ) from error
            if isinstance(error, TypeError) or not str(error).startswith("Input X contains NaN"):
                raise
            raise ValueError(
                "Input X contains NaN. missing='mean' puts the training rows' mean in the place of missing values, and "
                "missing='observed' leaves them out of losses as well"
            ) from None
        codes = None
        if predicts:
            checked, labels = checked
        if self.task == "regress":
            codes = labels
        elif predicts:
            check_classification_targets(labels)
            self.classes_, codes = np.unique(labels, return_inverse=True)
            if len(self.classes_) < 2:
                raise ValueError(f"y has 1 class, {self.classes_[0]}; at least 2 are needed")
            if len(self.classes_) > 256 and checked.dtype == np.uint8:
                raise ValueError(f"y has {len(self.classes_)} classes; with X of uint8 256 are the most")
        k = min(self.k, self.n_features_in_)
        if k < self.k:
            warnings.warn(f"k={self.k}, but X has {k} features: all are selected", UserWarning, stacklevel=4)
        if names is None:
            names = getattr(self, "feature_names_in_", None)
        else:
            self.feature_names_in_ = np.asarray(names, dtype=object)
        further = {} if codes is None else {"label": codes}
        if weights is not None:
            further["weight"] = _row_weights(weights, checked.shape[0])
        if path is None:
            path = directory / _TABLE
            write_table(path, checked, names, further)
        return {"data": path, "k": k, **{name: self.n_features_in_ + place for place, name in enumerate(further)}}

    def _run(self, source: Mapping[str, Any], run_dir: Path, directory: Path) -> None:
        words = command(self, source, run_dir)
        progress = Progress(run_dir) if self.show_progress else None
        # Nobody knows a file that was written here by its name.
        spoken = {str(directory / _TABLE): "X"}
        try:
            self.log_ = run_program(words, directory / "log", progress.poll if progress else None, spoken)
        finally:
            if progress:
                progress.close()

    def _take(self, run_dir: Path) -> None:
        for name in ("result.json", "model.safetensors"):
            if not (run_dir / name).exists():
                raise ProgramError(f"the program left no {name}; it said:\n{self.log_}", 0, self.log_)
        self.result_ = json.loads((run_dir / "result.json").read_text(encoding="utf-8"))
        self._model = model = StoredModel.read(run_dir / "model.safetensors")
        self.n_features_in_ = len(model.scale)
        if model.names is not None and not hasattr(self, "feature_names_in_"):
            self.feature_names_in_ = np.array(model.names, dtype=object)
        if model.classes is not None and not hasattr(self, "classes_"):
            self.classes_ = _numbers_or_texts(model.classes)
        reasons = {entry["feature"]: entry for entry in self.result_["selection"]}
        place = {feature: number for number, feature in enumerate(model.features.tolist())}
        ordered = sorted(place, key=lambda feature: (reasons[feature].get("rank", len(place) + 1), place[feature]))
        self.selected_ = np.array(ordered, dtype=np.intp)
        self.ranking_ = np.full(self.n_features_in_, len(ordered) + 1)
        self.ranking_[self.selected_] = np.arange(1, len(ordered) + 1)
        self.importances_ = np.array([reasons[feature].get("importance", np.nan) for feature in ordered], dtype=float)
        self.probabilities_ = model.probabilities[[place[feature] for feature in ordered]]
        self.converged_ = bool(self.result_["converged"])
        report = run_dir / "report.html"
        self._report = report.read_text(encoding="utf-8") if report.exists() else None

    def _get_support_mask(self) -> np.ndarray:
        check_is_fitted(self)
        mask = np.zeros(self.n_features_in_, dtype=bool)
        mask[self.selected_] = True
        return mask

    def transform(self, X: Any) -> Any:
        """The selected columns of ``X``, ascending.

        Parameters
        ----------
        X : array, DataFrame or sparse matrix, (n_samples, n_features)
            After a fit to a path a DataFrame may have further columns, in any order.

        Returns
        -------
        array or DataFrame, (n_samples, k)
        """
        check_is_fitted(self)
        return super().transform(self._features(X))

    def _features(self, X: Any) -> Any:
        """``X`` without what a file has beside the features: its identifiers, its label, what was left out of it."""
        if isinstance(X, (str, os.PathLike)):
            raise ValueError(
                f"a path is for fit alone; read the file, as by pandas.read_csv({os.fspath(X)!r}) or numpy.load, or let the "
                "program do it: cae transform"
            )
        if not getattr(self, "_from_file", False) or not hasattr(X, "columns") or not hasattr(self, "feature_names_in_"):
            return X
        lacking = [name for name in self.feature_names_in_ if name not in X.columns]
        if lacking:
            raise ValueError(f"X lacks columns of the file that was fitted: {', '.join(map(repr, lacking[:5]))}")
        return X[list(self.feature_names_in_)]

    def reconstruct(self, X: Any) -> np.ndarray:
        """All features, in original units, rebuilt by the decoder from the selected ones, which stand as they are.

        Parameters
        ----------
        X : array, DataFrame or sparse matrix, (n_samples, n_features) or (n_samples, k)
            All columns, of which the selected ones alone are used, or the selected ones in the order of ``transform``.
            DataFrames are read by column name where ``fit`` had names.

        Returns
        -------
        ndarray, (n_samples, n_features)
        """
        check_is_fitted(self)
        if self._model.task != "reconstruct":
            raise ValueError(f"the selector was fitted with task={self._model.task!r}: it rebuilds no features")
        return self._model.rebuilt(self._given(X))

    def _given(self, X: Any) -> np.ndarray:
        """The values of the selected features, ascending, from all columns or these alone."""
        if isinstance(X, (str, os.PathLike)):
            self._features(X)
        if hasattr(X, "columns") and hasattr(self, "feature_names_in_"):
            wanted = list(self.feature_names_in_[self._model.selected])
            missing = [name for name in wanted if name not in X.columns]
            if missing:
                raise ValueError(f"X lacks selected columns: {', '.join(map(repr, missing[:5]))}")
            X = X[wanted]
        elif np.shape(X)[1:] == (self.n_features_in_,):
            X = (X if hasattr(X, "tocsr") else np.asarray(X))[:, self._model.selected]
        values = check_array(
            X,
            accept_sparse="csr",
            dtype=[np.float64, np.float32],
            ensure_all_finite="allow-nan" if self._model.fill is not None else True,
        )
        if values.shape[1] != len(self.selected_):
            raise ValueError(
                f"X has {values.shape[1]} features, but {type(self).__name__} is expecting all {self.n_features_in_} "
                f"features as input, or the {len(self.selected_)} selected ones"
            )
        return values.toarray() if hasattr(values, "toarray") else values

    @available_if(_classifies)
    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each class, (n_samples, n_classes), in the order of ``classes_``; with 'classify' alone."""
        check_is_fitted(self)
        outputs = self._model.outputs(self._given(X))
        shares = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        return shares / shares.sum(axis=1, keepdims=True)

    @available_if(_predicts)
    def predict(self, X: Any) -> np.ndarray:
        """The class or the number of each row of ``X``, which is what ``reconstruct`` takes; not for 'reconstruct'."""
        check_is_fitted(self)
        outputs = self._model.outputs(self._given(X))
        if self._model.task == "regress":
            return self._model.labels(outputs[:, 0])
        return self.classes_[outputs.argmax(axis=1)]

    def score(self, X: Any, y: Any = None) -> float:
        """How well the selected features tell the rest of ``X``: the higher the better, 1 at the most.

        With ``task='reconstruct'`` the share of the variation of all features, as the model scales them, that
        ``reconstruct`` gets right (R2, weighted by variance); 0 is what their means would do. With ``task='classify'``
        the accuracy, with ``task='regress'`` R2 of ``y``.
        """
        check_is_fitted(self)
        if self._model.task == "classify":
            return float(accuracy_score(y, self.predict(X)))
        if self._model.task == "regress":
            return float(r2_score(y, self.predict(X)))
        finite = "allow-nan" if self._model.fill is not None else True
        X = validate_data(
            self, self._features(X), accept_sparse="csr", dtype=[np.float64, np.float32], ensure_all_finite=finite,
            reset=False,
        )
        X = X.toarray() if hasattr(X, "toarray") else X
        model = self._model
        truth = model.scaled(X, np.arange(self.n_features_in_))
        return float(r2_score(truth, model.outputs(X[:, model.selected]), multioutput="variance_weighted"))

    def report(self) -> str:
        """The run's report, as HTML; throws ``ValueError`` where the program left none."""
        check_is_fitted(self)
        if self._report is None:
            raise ValueError("the run left no report.html: this version of the program writes none, or was told not to")
        return self._report

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.allow_nan = self._takes_gaps
        tags.target_tags.required = _predicts(self)
        return tags


def _row_weights(weights: Any, rows: int) -> np.ndarray:
    """``sample_weight`` as numbers, one a row; a single number is that of all rows."""
    if isinstance(weights, str):
        raise ValueError("where X is no path, sample_weight is a number for each row, or None")
    checked = check_array(weights, ensure_2d=False, dtype=np.float64, ensure_min_samples=0, input_name="sample_weight")
    if checked.ndim == 0:
        checked = np.full(rows, float(checked))
    if checked.shape != (rows,):
        raise ValueError(f"sample_weight has shape {checked.shape}, expected ({rows},): one for each row of X")
    if (checked < 0).any():
        raise ValueError(f"sample_weight of row {int(np.argmax(checked < 0))} is negative")
    if not checked.any():
        raise ValueError("every sample_weight is zero: no row counts")
    return checked


def _numbers_or_texts(texts: Sequence[str]) -> np.ndarray:
    """Labels as a program that reads the file would have them: numbers where all are."""
    for number in (int, float):
        try:
            return np.array([number(text) for text in texts])
        except ValueError:
            pass
    return np.array(texts, dtype=object)


def _text_columns(X: Any) -> list[Any]:
    """The columns of a data frame that hold something that is no number."""
    if not hasattr(X, "columns") or not hasattr(X, "dtypes"):
        return []

    def is_text(values: Any) -> bool:
        # Dates can be made numbers, but of what since when?
        if getattr(getattr(values, "dtype", None), "kind", "") in "mM":
            return True
        try:
            np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError):
            return True
        return False

    return [name for place, name in enumerate(X.columns) if is_text(X.iloc[:, place] if hasattr(X, "iloc") else X[name])]
