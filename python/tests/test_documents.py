"""The examples in docstrings and in the tutorial."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import cae

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
TUTORIAL = Path(__file__).parents[2] / "docs" / "python.md"


def test_docstrings():
    results = [
        doctest.testmod(importlib.import_module(f"cae.{module.name}"), optionflags=FLAGS)
        for module in pkgutil.iter_modules(cae.__path__)
    ]
    assert sum(result.attempted for result in results) > 0
    assert sum(result.failed for result in results) == 0


@pytest.mark.skipif(not TUTORIAL.exists(), reason="not in the repository")
def test_tutorial(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = doctest.testfile(str(TUTORIAL), module_relative=False, optionflags=FLAGS)
    assert result.attempted > 0 and result.failed == 0
