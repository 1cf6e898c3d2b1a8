"""Finds and runs the program."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ._errors import ProgramNotFoundError, error_of

VARIABLE = "CAE_PROGRAM"


def find_program() -> str:
    """The program's path: that of ``CAE_PROGRAM``, else ``cae`` on PATH; throws ``ProgramNotFoundError``."""
    given = os.environ.get(VARIABLE)
    if given:
        found = shutil.which(os.path.expanduser(given))
        if found is None:
            raise ProgramNotFoundError(f"{VARIABLE} is {given!r}, where no program is; correct or unset it")
        return os.path.abspath(found)
    found = shutil.which("cae")
    if found is None:
        raise ProgramNotFoundError(
            "the program cae is not on PATH. Build it in its repository (swift build -c release --product cae), then "
            f"set {VARIABLE} to .build/release/cae there, or put that directory on PATH"
        )
    return found


def run_program(
    command: Sequence[str],
    log: Path,
    poll: Callable[[], None] | None = None,
    spoken: Mapping[str, str] | None = None,
) -> str:
    """Runs ``command`` with its output in ``log`` and returns what it printed, with the texts of ``spoken`` replaced.

    Calls ``poll`` now and then.
    Throws a ``ProgramError`` for an exit code other than 0. An interrupt is passed on: the program saves its state and
    ends, then ``KeyboardInterrupt`` is thrown; a second interrupt does not wait for that.
    """
    with open(log, "wb") as output:
        try:
            # In a session of its own: Ctrl-C in a terminal must reach it once, from here.
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        except FileNotFoundError:
            raise ProgramNotFoundError(f"{command[0]} is not on PATH") from None
        except OSError as error:
            raise ProgramNotFoundError(f"{command[0]} cannot be run: {error.strerror}") from error
    try:
        code = _wait(process, poll)
    except BaseException:
        _end(process)
        raise
    text = log.read_text(encoding="utf-8", errors="replace")
    for written, said in (spoken or {}).items():
        text = text.replace(written, said)
    if code != 0:
        raise error_of(code, text, command)
    return text


def _wait(process: subprocess.Popen, poll: Callable[[], None] | None) -> int:
    while poll is not None:
        try:
            return process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            poll()
    return process.wait()


def _end(process: subprocess.Popen) -> None:
    if process.poll() is not None:
        return
    try:
        process.send_signal(signal.SIGINT)
        process.wait()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
