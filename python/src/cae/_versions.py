"""Versions, for bug reports."""

from __future__ import annotations

import importlib
import importlib.metadata
import platform
import subprocess

from ._errors import ProgramNotFoundError
from ._program import find_program


def show_versions() -> None:
    """Prints the versions of the program, of MPI, of Python and of the packages that are used."""
    lines = [("system", platform.platform()), ("python", platform.python_version())]
    try:
        program = find_program()
        lines += [("program", program), ("program's version", _said(program, "--version"))]
    except ProgramNotFoundError as error:
        lines.append(("program", str(error)))
    lines.append(("mpirun", _said("mpirun", "--version")))
    for package in ("cae", "scikit-learn", "numpy", "scipy", "pandas", "anndata", "tqdm"):
        try:
            lines.append((package, importlib.metadata.version(package)))
        except importlib.metadata.PackageNotFoundError:
            lines.append((package, "not installed"))
    for name, value in lines:
        print(f"{name + ':':<20}{value}")


def _said(*command: str) -> str:
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return "cannot be run"
    return (result.stdout or result.stderr).strip().split("\n")[0]
