"""What can go wrong with the program: its exit codes as exceptions."""

from __future__ import annotations

from collections.abc import Sequence


class ProgramNotFoundError(FileNotFoundError):
    """The program ``cae`` is not there, or is no program."""


class ProgramError(RuntimeError):
    """The program ended with an error; its sentence is in the message, with the last lines of its log."""

    def __init__(self, message: str, code: int = 1, log: str = "", command: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.log = log
        self.command = list(command)

    def __reduce__(self):
        return type(self), (str(self), self.code, self.log, self.command)


class InputError(ProgramError, ValueError):
    """The program refused data, parameters, or a run directory of another run."""


class OutputError(ProgramError, OSError):
    """The program could not read or write, for want of room or rights."""


class NotFiniteError(ProgramError, FloatingPointError):
    """Training came to numbers that are not finite."""


class StalledError(ProgramError, TimeoutError):
    """A rank made no progress for the time that ``stall-timeout`` sets."""


_BY_CODE = {2: InputError, 3: InputError, 4: InputError, 5: OutputError, 7: NotFiniteError, 8: StalledError}
_TAIL_LINES = 12


def error_of(code: int, log: str, command: Sequence[str]) -> ProgramError:
    """The exception for an exit code of the program, with what it said."""
    lines = [line for line in log.splitlines() if line.strip()]
    marks = [number for number, line in enumerate(lines) if line.startswith("cae: error: ")]
    if marks:
        problem = lines[marks[0]].removeprefix("cae: error: ")
        rest = lines[marks[0] + 1 :]
    else:
        ended = f"signal {-code}" if code < 0 else f"exit code {code}"
        problem, rest = f"the program ended with {ended} and said no more", []
    if code == 75:
        problem = "the run was asked from elsewhere to stop; with run_dir, fitting again goes on from there"
    tail = "\n".join(line for line in (rest or lines)[-_TAIL_LINES:])
    if marks and not rest:
        tail = ""
    message = problem + (f"\n{tail}" if tail else "")
    return _BY_CODE.get(code, ProgramError)(message, code, log, command)
