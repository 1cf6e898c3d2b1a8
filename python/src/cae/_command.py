"""A selector's parameters as words of the command line."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils import check_random_state

from ._program import find_program

if TYPE_CHECKING:
    from ._selector import ConcreteAutoencoderSelector

# What parameters of the selector alone say.
_RESERVED = {"data", "run-dir", "resume", "k", "task", "seed", "workers"}


def command(selector: ConcreteAutoencoderSelector, source: Mapping[str, Any], run_dir: Path) -> list[str]:
    """What runs the program for the parameters of ``selector`` and the settings of ``source``, into ``run_dir``."""
    names = list(getattr(selector, "feature_names_in_", []))
    hidden: Any = selector.hidden
    if hidden is not None and not isinstance(hidden, Integral):
        hidden = list(hidden) or "none"
    settings = {
        **source,
        "task": selector.task,
        "epochs": None if selector.epochs == "auto" else selector.epochs,
        "batch-size": None if selector.batch_size == "auto" else selector.batch_size,
        "hidden": hidden,
        "learning-rate": selector.learning_rate,
        "selector-learning-rate": selector.selector_learning_rate,
        "scale": None if selector.scale == "auto" else selector.scale,
        "missing": selector.missing,
        "keep": _columns(selector.keep, names),
        "never": _columns(selector.never, names),
        "seed": _seed(selector),
        "workers": _workers(selector),
        "run-dir": run_dir,
        # Nobody goes on from a directory that is removed.
        "checkpoint-every": (1 << 31) - 1 if selector.run_dir is None else None,
        **_options(selector.options),
    }
    words = [*_launch(selector), find_program(), "train"]
    words += [word for name, value in settings.items() for word in _option(name, value)]
    return words if selector.run_dir is None else [*words, "--resume"]


def _seed(selector: ConcreteAutoencoderSelector) -> int | None:
    given = selector.random_state
    if isinstance(given, Integral):
        return int(given)
    # A run that is gone on with has one seed: the program's own.
    if given is None and selector.run_dir is not None:
        return None
    return check_random_state(given).randint(np.iinfo(np.int32).max)


def _options(options: Mapping[str, Any] | None) -> dict[str, Any]:
    named = {name.lstrip("-").replace("_", "-"): value for name, value in (options or {}).items()}
    reserved = sorted(_RESERVED & named.keys())
    if reserved:
        raise ValueError(f"options: {reserved[0]!r} is what a parameter of the selector, or X, says")
    return named


def _launch(selector: ConcreteAutoencoderSelector) -> list[str]:
    launcher, ranks = selector.launcher, selector.ranks
    if ranks is not None and (not isinstance(ranks, Integral) or ranks < 1):
        raise ValueError(f"ranks must be None or a number of ranks, got {ranks!r}")
    if ranks is not None and launcher is not None:
        raise ValueError("ranks and launcher are two ways to start the program: give one")
    if ranks is not None:
        return ["mpirun", "-n", str(ranks)]
    if launcher is None:
        return []
    return shlex.split(launcher) if isinstance(launcher, str) else [str(word) for word in launcher]


def _workers(selector: ConcreteAutoencoderSelector) -> int | None:
    jobs = selector.n_jobs
    if jobs is None or selector.launcher is not None or selector.ranks is not None:
        return None
    if not isinstance(jobs, Integral) or jobs < 1 and jobs != -1:
        raise ValueError(f"n_jobs must be None, -1 or a number of workers, got {jobs!r}")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return cores if jobs == -1 else int(jobs)


def _columns(columns: Sequence[str | int], names: Sequence[str]) -> list[str] | None:
    def text(column: str | int) -> str:
        # A number is that of a column, whatever others are called; a comma would part a name in two.
        if isinstance(column, Integral) and names and -len(names) <= column < len(names):
            column = names[column]
        if isinstance(column, str) and "," in column and column in names:
            return str(names.index(column))
        return str(column)

    return [text(column) for column in ([columns] if isinstance(columns, str) else columns)] or None


def _option(name: str, value: Any) -> list[str]:
    """A setting as words of the command line; none where it is None."""
    if value is None:
        return []
    if isinstance(value, (bool, np.bool_)):
        return [f"--{name}" if value else f"--no-{name}"]
    if isinstance(value, (list, tuple, np.ndarray)):
        value = ",".join(str(item) for item in value)
    return [f"--{name}={value}"]
